"""A cheap way to notice that what a running process has imported or read has changed."""

from __future__ import annotations

import os
import sys
from collections.abc import Hashable, Iterator
from pathlib import Path

from pytest_mlinfra.katas.model import Kata

_PACKAGE = Path(__file__).parent.parent


def of_code() -> Hashable:
    """Of this package's own files, and of what is installed.

    An installation is noticed by the date of the folder that it goes to.
    """
    own = (_stamp(path) for path in sorted(_PACKAGE.rglob("*.py")))
    installed = (_stamp(Path(entry)) for entry in sys.path if entry.endswith("-packages"))
    return (*own, *installed)


def of_course(exercises: Path) -> Hashable:
    """Of the files that say how pytest behaves in a course, and of the working directory."""
    folders = [exercises, *_folders_in(exercises)]
    files = (_stamp(folder / "conftest.py") for folder in folders)
    return (os.getcwd(), *files)  # noqa: PTH109 - only compared


def of_kata(kata: Kata) -> Hashable:
    """Of the files from which follows what is graded in a kata: all but the learner's."""
    written = {kata.folder / name for name in kata.manifest.write}
    files = (*sorted(kata.folder.rglob("*")), *sorted(kata.solution_folder.rglob("*")))
    return tuple(
        _stamp(path)
        for path in files
        if path not in written and path.parent.name != "__pycache__" and path.is_file()
    )


def _folders_in(folder: Path) -> Iterator[Path]:
    return (entry for entry in sorted(folder.iterdir()) if entry.is_dir())


def _stamp(path: Path) -> Hashable:
    try:
        status = path.stat()
    except OSError:
        return None
    return str(path), status.st_mtime_ns, status.st_size
