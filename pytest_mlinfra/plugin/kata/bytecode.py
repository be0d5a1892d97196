"""Keeping compiled files away from what learners write."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def read_from_source(path: Path) -> Iterator[None]:
    """Let a test file be compiled afresh when it is imported.

    A compiled file is taken for up to date if the source has the same size and the
    same time to the second: after two quick edits, that is the wrong one.
    """
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
        with contextlib.suppress(OSError):
            compiled.unlink()
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before
