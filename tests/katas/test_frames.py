"""Where in the learner's own files an exception passed through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pytest_mlinfra.katas.frames import innermost_place

ANSWER = """\
import json

def outer():
    inner()

def inner():
    json.loads("{")

def translated():
    try:
        inner()
    except ValueError as error:
        import pathlib
        raise KeyError from error
"""


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    """The learner's file."""
    path = tmp_path / "answer.py"
    path.write_text(ANSWER)
    return path


def _error_in(path: Path, function: str) -> BaseException:
    names: dict[str, Any] = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any will do
        names[function]()
    return caught.value


def test_finds_the_innermost_of_the_learners_lines(answer: Path) -> None:
    place = innermost_place(_error_in(answer, "outer"), [answer])

    assert place is not None
    assert (place.path, place.line, place.function) == (answer, 7, "inner")
    assert place.text == 'json.loads("{")'


def test_looks_at_the_cause_where_the_error_itself_is_somebody_elses(answer: Path) -> None:
    error = RuntimeError("translated")
    error.__cause__ = _error_in(answer, "inner")

    place = innermost_place(error, [answer])

    assert place is not None
    assert place.function == "inner"


def test_the_error_itself_comes_before_its_cause(answer: Path) -> None:
    place = innermost_place(_error_in(answer, "translated"), [answer])

    assert place is not None
    assert place.line == 14


def test_there_may_be_none(answer: Path, tmp_path: Path) -> None:
    assert innermost_place(_error_in(answer, "outer"), [tmp_path / "other.py"]) is None


def test_a_circle_of_causes_comes_to_an_end(tmp_path: Path) -> None:
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first

    assert innermost_place(first, [tmp_path]) is None
