"""A small course, and what grades it, for the tests of one module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.grading.verdict import Verdict
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.grade import Grader

Grade = Callable[[Kata, str], Verdict]
# So little that a test sees a limit hit, and so much that nothing else hits one.
LIMITS = """
[limits]
test = {test}
kata = {kata}
memory = 200
processes = 16
threads = 40
file = 4
written = 40
open_files = 64
"""


@pytest.fixture(scope="module")
def small_course(tmp_path_factory: pytest.TempPathFactory) -> CourseBuilder:
    """A course with two katas about a function `echo`, which two tests call, and tight limits.

    The tests of 020 may take no longer than a second, those of 010 as long as they need.
    """
    builder = CourseBuilder(tmp_path_factory.mktemp("course"))
    builder.kata("async/010_echo", answer=None, manifest=LIMITS.format(test=60, kata=90))
    builder.kata("async/020_shout", answer=None, manifest=LIMITS.format(test=1, kata=6))
    return builder


@pytest.fixture(autouse=True)
def _in_course(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in the course, in tests that have it."""
    if "small_course" in request.fixturenames:
        monkeypatch.chdir(request.getfixturevalue("small_course").root)


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    """A grader in the way that is the default here."""
    with Grader.open() as grader:
        yield grader


@pytest.fixture
def handed_in(tmp_path: Path) -> Callable[[Kata, str], Submission]:
    """Hands in a text as the answer to a kata that has one file written."""

    def hand_in(kata: Kata, text: str) -> Submission:
        path = tmp_path / "submission" / kata.id / kata.manifest.write[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return Submission(tmp_path / "submission", handed_in=True)

    return hand_in
