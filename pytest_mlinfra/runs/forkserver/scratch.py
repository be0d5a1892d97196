"""Removing a folder that somebody else has filled."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def remove(folder: Path) -> None:
    """Remove `folder` and all that is in it, also where its owner may not write."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        folder.chmod(0o700)
        for path, folders, _files in os.walk(folder):
            for inner in (Path(path) / name for name in folders):
                if not inner.is_symlink():
                    inner.chmod(0o700)
        shutil.rmtree(folder, ignore_errors=True)
