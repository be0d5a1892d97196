"""The untouched stub tells "not begun yet" from "falls short"."""

from __future__ import annotations

from pathlib import Path

import pytest

from course_builder import STUB, CourseBuilder
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.stub import is_untouched, stub_files
from pytest_mlinfra.katas.submission import Submission


def _is_untouched(kata: Kata) -> bool:
    return is_untouched(kata, Submission.at(None, kata.exercises))


def test_stubs_are_kept_beside_the_reference(builder: CourseBuilder, tmp_path: Path) -> None:
    kept = tmp_path / "solutions/async/010_echo/stub/echo.py"

    assert stub_files(builder.kata()) == {"echo.py": kept}


@pytest.mark.parametrize(
    "answer",
    [
        STUB,
        f"# I begin tomorrow.\n\n\n{STUB}# and go on the day after\n",
        STUB.replace("    # TODO: return it.\n", ""),
        STUB.replace('"""The value itself."""', '"""Say it again."""'),
        STUB.replace("\n", "\r\n"),
        STUB.replace("    ", "\t"),
    ],
    ids=["as given", "comments", "no TODO", "docstring", "line ends", "tabs"],
)
def test_comments_and_layout_begin_nothing(builder: CourseBuilder, answer: str) -> None:
    kata = builder.kata(answer=None)
    (kata.folder / "echo.py").write_bytes(answer.encode())

    assert _is_untouched(kata)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        STUB.replace("NotImplementedError", "ValueError").encode(),
        f"{STUB}\nx = 1\n".encode(),
        b"def echo(:\n",
        b"\xff",
        b"x = 1\0",
    ],
    ids=["empty", "another error", "one line more", "no Python", "no UTF-8", "a null byte"],
)
def test_everything_else_does(builder: CourseBuilder, answer: bytes) -> None:
    kata = builder.kata(answer=None)
    (kata.folder / "echo.py").write_bytes(answer)

    assert not _is_untouched(kata)


def test_a_missing_file_counts_as_begun(builder: CourseBuilder) -> None:
    kata = builder.kata(answer=None)
    (kata.folder / "echo.py").unlink()

    assert not _is_untouched(kata)


def test_without_a_kept_stub_everything_counts_as_begun(builder: CourseBuilder) -> None:
    kata = builder.kata(answer=None)
    (kata.solution_folder / "stub" / "echo.py").unlink()

    assert not _is_untouched(kata)


@pytest.mark.parametrize(
    ("name", "stub", "same", "other"),
    [
        ("echo.toml", "# TODO\n[tool]\na = 1\n", "[tool]\na=1", "[tool]\na = 2\n"),
        ("Makefile", "# TODO\nall: echo\n", "\nall: echo  # later\n", "all: shout\n"),
    ],
)
def test_other_files_are_compared_by_what_they_say(
    builder: CourseBuilder, name: str, stub: str, same: str, other: str
) -> None:
    kata = builder.kata(answer=None)
    manifest = (kata.folder / "kata.toml").read_text()
    (kata.folder / "kata.toml").write_text(manifest.replace('"echo.py"', f'"{name}"'))
    kata = builder.course.kata("010")
    (kata.solution_folder / "stub" / name).write_text(stub)

    (kata.folder / name).write_text(same)
    assert _is_untouched(kata)
    (kata.folder / name).write_text(other)
    assert not _is_untouched(kata)
