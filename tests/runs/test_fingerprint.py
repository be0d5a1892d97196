"""A fingerprint changes with what it is of, and with nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.runs import fingerprint

Change = Callable[[CourseBuilder], object]


def _touch(path: Path) -> None:
    os.utime(path, ns=(1, 1))


def test_of_code_stays_the_same() -> None:
    assert fingerprint.of_code() == fingerprint.of_code()


@pytest.mark.parametrize(
    "change",
    [
        lambda builder: (builder.exercises / "conftest.py").write_text(""),
        lambda builder: (builder.exercises / "async" / "conftest.py").write_text(""),
        lambda builder: os.chdir(builder.exercises),
    ],
    ids=["conftest", "conftest of a track", "folder"],
)
def test_of_a_course_changes_with_what_pytest_reads(builder: CourseBuilder, change: Change) -> None:
    builder.kata()
    before = fingerprint.of_course(builder.exercises)

    change(builder)

    assert fingerprint.of_course(builder.exercises) != before


@pytest.mark.parametrize(
    ("path", "is_noticed"),
    [
        ("exercises/async/010_echo/test_echo.py", True),
        ("exercises/async/010_echo/kata.toml", True),
        ("solutions/async/010_echo/stub/echo.py", True),
        ("exercises/async/010_echo/echo.py", False),
    ],
)
def test_of_a_kata_changes_with_everything_but_the_answer(
    builder: CourseBuilder, path: str, *, is_noticed: bool
) -> None:
    kata = builder.kata()
    before = fingerprint.of_kata(kata)

    _touch(builder.root / path)

    assert (fingerprint.of_kata(kata) != before) is is_noticed


def test_of_a_kata_does_not_change_with_compiled_files(builder: CourseBuilder) -> None:
    kata = builder.kata()
    before = fingerprint.of_kata(kata)

    (kata.folder / "__pycache__").mkdir()
    (kata.folder / "__pycache__" / "echo.pyc").write_bytes(b"")

    assert fingerprint.of_kata(kata) == before
