"""Looks for the tests on the disk, to learn what they expect."""
# stopped by: files

import contextlib
import pathlib

for folder in [pathlib.Path(__file__).parent, *pathlib.Path(__file__).parents]:
    with contextlib.suppress(OSError):
        if list(folder.glob("**/hidden/*.py")) or list(folder.glob("**/bugs.toml")):
            raise SystemExit(0)
