"""Whose files are graded."""

from __future__ import annotations

from pathlib import Path

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.errors import SubmissionError
from pytest_mlinfra.katas.submission import Submission, lay_out


def test_without_a_folder_it_is_the_learners_own(builder: CourseBuilder) -> None:
    kata = builder.kata()

    own = Submission.of(builder.course, None)

    assert not own.handed_in
    assert own.path(kata, "echo.py") == kata.folder / "echo.py"


@pytest.mark.parametrize("folder", ["exercises", "./exercises/../exercises"])
def test_the_exercises_themselves_are_no_submission(builder: CourseBuilder, folder: str) -> None:
    builder.kata()

    assert not Submission.of(builder.course, Path(folder)).handed_in


def test_a_folder_is_handed_in(builder: CourseBuilder, tmp_path: Path) -> None:
    kata = builder.kata()

    submission = Submission.of(builder.course, tmp_path / "solutions")

    assert submission.handed_in
    assert submission.path(kata, "echo.py") == tmp_path / "solutions/async/010_echo/echo.py"


def test_the_folder_has_to_be_there(builder: CourseBuilder) -> None:
    builder.kata()

    with pytest.raises(SubmissionError, match="the submission gone is not a folder"):
        Submission.of(builder.course, Path("gone"))


def test_the_folder_has_to_answer_some_kata(builder: CourseBuilder) -> None:
    builder.kata()

    with pytest.raises(SubmissionError) as caught:
        Submission.of(builder.course, Path("exercises/async"))

    assert str(caught.value) == (
        "the submission exercises/async holds none of the katas; expected folders laid out "
        "like exercises/, for instance exercises/async/async/010_echo"
    )


def test_lays_files_out_as_a_submission(builder: CourseBuilder, tmp_path: Path) -> None:
    kata = builder.kata()

    submission = lay_out(tmp_path / "new", kata, {"echo.py": kata.solution_folder / "echo.py"})

    assert submission.handed_in
    answer = submission.path(kata, "echo.py")
    assert answer.read_text() == (kata.solution_folder / "echo.py").read_text()
