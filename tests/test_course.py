"""The course itself: every answer that a kata keeps becomes what it has to become.

All of it is graded in a copy in which nothing has been begun, so these tests pass in the
clone of a learner, too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_mlinfra.katas.checks import check_files
from pytest_mlinfra.katas.library import Course
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.runs.rehearse import Rehearsal, rehearsals, rehearse
from pytest_mlinfra.suites.bugs import check_bugs
from pytest_mlinfra.suites.variants import check_variants

REPOSITORY = Path(__file__).parent.parent
KATAS = Course(REPOSITORY / "exercises").katas
ANSWERS = [
    pytest.param(kata, answer, id=f"{kata.name}-{answer.name}")
    for kata in KATAS
    for answer in rehearsals(kata)
]


def test_no_kata_is_broken() -> None:
    entries = Course(REPOSITORY / "exercises").entries

    assert [entry for entry in entries if not isinstance(entry, Kata)] == []
    assert {kata.track for kata in KATAS} == {"async", "testing", "quality"}


@pytest.mark.parametrize(("kata", "answer"), ANSWERS)
def test_every_answer_gets_the_verdict_that_it_deserves(kata: Kata, answer: Rehearsal) -> None:
    assert rehearse(kata, answer) == ""


def test_the_files_of_every_kata_are_complete(fresh_course: Course) -> None:
    problems = {
        kata.id: [*check_files(kata), *check_bugs(kata), *check_variants(kata)]
        for kata in fresh_course.katas
    }

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
