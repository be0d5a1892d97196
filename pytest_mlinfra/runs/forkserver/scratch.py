"""Removing a folder that somebody else has filled."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

# Begins the names of the folders that runs make.
PREFIX = "mlinfra-"


def remove(folder: Path) -> None:
    """Remove `folder` and all that is in it, also where its owner may not write.

    Args:
        folder: a folder that runs have made: its path is absolute, and a part of it
            begins with ``mlinfra-``.

    Raises:
        ValueError: it is another one, which must not be lost.
    """
    if not folder.is_absolute() or not any(p.startswith(PREFIX) for p in folder.parts):
        raise ValueError(f"{folder} is no folder of a run")
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        folder.chmod(0o700)
        for path, folders, _files in os.walk(folder):
            for inner in (Path(path) / name for name in folders):
                if not inner.is_symlink():
                    inner.chmod(0o700)
        shutil.rmtree(folder, ignore_errors=True)
