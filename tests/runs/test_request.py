"""A request knows what it is about."""

from __future__ import annotations

from pathlib import Path

from course_builder import CourseBuilder
from pytest_mlinfra.katas.model import Limits
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.job import Program, Task
from pytest_mlinfra.runs.request import Request

PROGRAM = Program(name="reference", module="echo.py", text="")


def test_becomes_a_task_for_a_session(builder: CourseBuilder, tmp_path: Path) -> None:
    kata = builder.kata()
    own = Submission(builder.exercises, handed_in=False)
    handed_in = Submission(tmp_path / "submission", handed_in=True)

    assert Request((kata,), own).task == Task(folders=(str(kata.folder),))
    assert Request((kata,), handed_in, "gates", PROGRAM).task == Task(
        folders=(str(kata.folder),),
        submission=str(tmp_path / "submission"),
        part="gates",
        program=PROGRAM,
    )


def test_may_use_what_the_kata_allows_unless_it_says_otherwise(builder: CourseBuilder) -> None:
    kata = builder.kata(manifest="\n[limits]\nmemory = 100\n")
    own = Submission(builder.exercises, handed_in=False)

    assert Request((kata,), own).allowed == Limits(memory=100)
    assert Request((kata,), own, limits=Limits(cpu=1)).allowed == Limits(cpu=1)


def test_only_what_grades_may_ask_for_runs_of_its_own(builder: CourseBuilder) -> None:
    kata = builder.kata()
    own = Submission(builder.exercises, handed_in=False)

    assert Request((kata,), own).may_run_further
    assert not Request((kata,), own, "plan").may_run_further
    assert not Request((kata,), own, program=PROGRAM).may_run_further


def test_names_the_learner_s_files(builder: CourseBuilder) -> None:
    kata = builder.kata()
    own = Submission(builder.exercises, handed_in=False)

    assert Request((kata,), own).answer_files == (kata.folder / "echo.py",)
