"""What learners write is never taken from a compiled file."""

from __future__ import annotations

import sys
from pathlib import Path

from pytest_mlinfra.plugin.kata.bytecode import read_from_source


def test_forgets_what_was_compiled_and_lets_nothing_be_compiled(tmp_path: Path) -> None:
    cache = tmp_path / "__pycache__"
    cache.mkdir()
    for name in (
        "test_echo.cpython-311-pytest-9.2.0.pyc",
        "test_echo.cpython-311.pyc",
        "other.pyc",
    ):
        (cache / name).write_bytes(b"")
    before = sys.dont_write_bytecode

    with read_from_source(tmp_path / "test_echo.py"):
        assert [path.name for path in cache.iterdir()] == ["other.pyc"]
        assert sys.dont_write_bytecode

    assert sys.dont_write_bytecode == before


def test_does_not_mind_that_nothing_was_compiled(tmp_path: Path) -> None:
    with read_from_source(tmp_path / "test_echo.py"):
        pass
