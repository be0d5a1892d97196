"""Fresh processes without any fork: less is limited, and the verdicts are the same."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from course_builder import ANSWER, CourseBuilder
from offences import is_alive, job, soon
from pytest_mlinfra.grading.verdict import State
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.submission import Submission, lay_out
from pytest_mlinfra.runs.grade import Grader
from pytest_mlinfra.runs.limits import Hit, Limit
from pytest_mlinfra.runs.portable import PortableRuns, run_job
from pytest_mlinfra.runs.request import Request

HandIn = Callable[[Kata, str], Submission]
SUITE = "from echo import echo\n\n\ndef test_echo():\n    assert echo(1) == 1\n"


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader(PortableRuns()) as grader:
        yield grader


@pytest.mark.parametrize(
    ("answer", "state", "points"),
    [
        (ANSWER, State.DONE, 3),
        ("import os\nos._exit(0)\n", State.FAILING, 0),
        ("def echo(value):\n    return None\n", State.FAILING, 1),
    ],
)
def test_grades_a_kata(
    grader: Grader,
    small_course: CourseBuilder,
    tmp_path: Path,
    *,
    answer: str,
    state: State,
    points: float,
) -> None:
    kata = small_course.course.katas[0]
    (tmp_path / "echo.py").write_text(answer)
    submission = lay_out(tmp_path / "submission", kata, {"echo.py": tmp_path / "echo.py"})

    verdict = grader.grade_one(kata, submission)

    assert (verdict.state, verdict.points, verdict.max_points) == (state, points, 3)


def test_grades_a_suite(grader: Grader, builder: CourseBuilder, handed_in: HandIn) -> None:
    kata = builder.suite_kata()

    verdict = grader.grade_one(kata, handed_in(kata, SUITE))

    assert verdict.state is State.DONE


def test_says_what_it_lacks(small_course: CourseBuilder, handed_in: HandIn) -> None:
    kata = small_course.course.katas[0]

    run = PortableRuns().run(Request((kata,), handed_in(kata, ANSWER)))

    assert "no limits of processor time, memory, processes and files" in run.isolation.missing


def test_ends_what_takes_too_long(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    environment = {"PID_FILE": str(pid_file)}
    ending = run_job(
        job("offenders", "starts_a_child", environment=environment, limits={"kata": 1.5})
    )

    assert ending.hits == (Hit(Limit.TIME, 1.5),)
    assert soon(lambda: not is_alive(int(pid_file.read_text())))


def test_cuts_a_flood_off() -> None:
    ending = run_job(job("offenders", "flood", limits={"output": 4}))

    assert (ending.exit_code, ending.output, ending.errors) == (0, "x" * 4096, "the end\n")
    assert ending.hits == (Hit(Limit.OUTPUT, 4),)


def test_does_not_wait_for_a_daemon_that_keeps_the_pipe_open(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    ending = run_job(job("offenders", "daemon", environment={"PID_FILE": str(pid_file)}))

    assert ending.exit_code == 0
    # It left the group: this way of running cannot end it, so the test does.
    os.kill(int(pid_file.read_text()), signal.SIGKILL)
