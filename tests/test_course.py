"""The course itself: every answer that a kata keeps becomes what it has to become.

All of it is graded in a copy in which nothing has been begun, so these tests pass in the
clone of a learner, too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.verdict import Verdict
from pytest_mlinfra.katas.checks import check_files
from pytest_mlinfra.katas.library import Course
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.submission import lay_out
from pytest_mlinfra.runs.grade import Grader
from pytest_mlinfra.runs.rehearse import Rehearsal, rehearsals
from pytest_mlinfra.runs.request import Way
from pytest_mlinfra.suites.bugs import check_bugs

REPOSITORY = Path(__file__).parent.parent
KATAS = Course(REPOSITORY / "exercises").katas
ANSWERS = [
    pytest.param(kata, answer, id=f"{kata.name}-{answer.name}")
    for kata in KATAS
    for answer in rehearsals(kata)
]


@pytest.fixture(scope="module")
def graders() -> Iterator[tuple[Grader, Grader]]:
    """One grader for each way of running; what they have made ready is kept.

    The coverage of the plugin is its own tests' matter: measuring it in the thousands of
    processes here would take longer than they do.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
            patch.delenv(name)
        yield from _graders()


def _graders() -> Iterator[tuple[Grader, Grader]]:
    with Grader.open(Way.WARM) as warm, Grader.open(Way.FRESH) as fresh:
        yield warm, fresh


def test_no_kata_is_broken() -> None:
    entries = Course(REPOSITORY / "exercises").entries

    assert [entry for entry in entries if not isinstance(entry, Kata)] == []
    assert {kata.track for kata in KATAS} == {"async", "testing", "quality"}


@pytest.mark.parametrize(("kata", "answer"), ANSWERS)
def test_every_answer_gets_the_verdict_that_it_deserves_whichever_way_it_is_run(
    graders: tuple[Grader, Grader], kata: Kata, answer: Rehearsal, tmp_path: Path
) -> None:
    submission = lay_out(tmp_path, kata, answer.files)

    warm, fresh = (grader.grade_one(kata, submission) for grader in graders)

    assert answer.complaint(warm) == ""
    assert _essence(warm) == _essence(fresh)


def _essence(verdict: Verdict) -> tuple[object, ...]:
    """What does not differ between two runs: all but times, ports, addresses and the like."""
    results = [
        (result.item, result.outcome, result.phase, _said(result.message))
        for result in verdict.results
    ]
    return verdict.state, verdict.points, verdict.max_points, results, _said(verdict.first_failure)


def _said(message: Message | None) -> tuple[object, ...] | None:
    if message is None:
        return None
    return message.id, message.headline, message.path, message.line, bool(message.evidence)


def test_the_files_of_every_kata_are_complete(fresh_course: Course) -> None:
    problems = {kata.id: [*check_files(kata), *check_bugs(kata)] for kata in fresh_course.katas}

    assert problems == {kata.id: [] for kata in fresh_course.katas}


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.name)
def test_a_stub_stays_pending_however_its_comments_are_edited(
    kata: Kata, fresh_course: Course
) -> None:
    for name in kata.manifest.write:
        path = fresh_course.exercises / kata.id / name
        path.write_text(f"# I begin tomorrow.\n\n{path.read_text()}\n# TODO: everything\n")

    report = _check(kata.name)

    assert [each["state"] for each in report["katas"]] == ["pending"]
    assert report["points"] == 0


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.name)
def test_a_stub_that_is_begun_and_not_finished_falls_short(
    kata: Kata, fresh_course: Course
) -> None:
    for name in kata.manifest.write:
        path = fresh_course.exercises / kata.id / name
        begun = "begun = true\n" if name.endswith(".toml") else "begun = True\n"
        path.write_text(f"{path.read_text()}\n\n{begun}")

    report = _check(kata.name)

    assert [each["state"] for each in report["katas"]] == ["failing"]


def _check(*arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest_mlinfra.cli", "check", "--json", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        check=False,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report
