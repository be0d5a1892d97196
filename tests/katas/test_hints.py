"""Hints come in rungs."""

from __future__ import annotations

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.errors import CourseError
from pytest_mlinfra.katas.hints import read_hints


def test_each_section_is_a_rung(builder: CourseBuilder) -> None:
    assert read_hints(builder.kata()) == ("Look\n\na", "Ask\n\nb", "Build\n\nc")


def test_a_rung_may_have_paragraphs_and_headings_of_its_own(builder: CourseBuilder) -> None:
    text = "# Hints\n\n## 1. Look\n\na\n\n### closer\n\nb\n\n## 2. Ask\n"
    kata = builder.kata(files={"HINTS.md": text})

    assert read_hints(kata) == ("Look\n\na\n\n### closer\n\nb", "Ask")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [(b"# Hints\n", "has no section that begins with '## 1. '"), (b"\xff", "is not UTF-8")],
)
def test_says_what_is_wrong_with_the_file(
    builder: CourseBuilder, text: bytes, complaint: str
) -> None:
    kata = builder.kata()
    (kata.folder / "HINTS.md").write_bytes(text)

    with pytest.raises(CourseError, match=complaint):
        read_hints(kata)


def test_says_that_there_is_no_file(builder: CourseBuilder) -> None:
    kata = builder.kata()
    (kata.folder / "HINTS.md").unlink()

    with pytest.raises(CourseError, match=r"async/010_echo/HINTS\.md is not there"):
        read_hints(kata)
