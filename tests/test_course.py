"""The course itself: every answer that a kata keeps becomes what it has to become.

All of it is graded in a copy in which nothing has been begun, so these tests pass in the
clone of a learner, too.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.verdict import State
from pytest_mlinfra.katas.answers import wrong_answers
from pytest_mlinfra.katas.checks import check_files
from pytest_mlinfra.katas.library import Course
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.stub import stub_files
from pytest_mlinfra.katas.submission import Submission, lay_out
from pytest_mlinfra.reports.screens import FOLDER, check_screen
from pytest_mlinfra.runs.grade import Grader
from pytest_mlinfra.runs.rehearse import Rehearsal, Rehearsed, rehearsals, rehearse
from pytest_mlinfra.runs.request import Way
from pytest_mlinfra.suites.bugs import check_bugs
from pytest_mlinfra.suites.variants import check_variants

REPOSITORY = Path(__file__).parent.parent
KATAS = Course(REPOSITORY / "exercises").katas
# The hundreds of wrong answers, and what learners see of each, are `make lint`'s. Here are
# all right ones, and of the others one in so many, chosen by its name, so that a further
# kata changes no choice.
EVERY = 30
ANSWERS = [
    pytest.param(kata, answer, id=f"{kata.name}-{answer.name}")
    for kata in KATAS
    for answer in rehearsals(kata)
    if answer.draws is None or zlib.crc32(f"{kata.name}-{answer.name}".encode()) % EVERY == 0
]
# A process of its own imports everything anew, which takes ten times as long as the run.
GRADED_TWICE = [param for param in ANSWERS if "wrong/" in str(param.id)] + [
    param for param in ANSWERS if str(param.id).endswith("-stub")
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
def test_an_answer_gets_the_verdict_that_it_deserves(
    graders: tuple[Grader, Grader], kata: Kata, answer: Rehearsal
) -> None:
    warm, _ = graders

    rehearsed = rehearse(warm, kata, answer)

    assert rehearsed.complaint == ""
    if answer.draws is not None:
        assert list(check_screen(kata, rehearsed)) == []


@pytest.mark.parametrize(("kata", "answer"), GRADED_TWICE)
def test_the_verdict_does_not_depend_on_the_way_of_running(
    graders: tuple[Grader, Grader], kata: Kata, answer: Rehearsal
) -> None:
    warm, fresh = (rehearse(grader, kata, answer) for grader in graders)

    assert _essence(warm) == _essence(fresh)


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.name)
def test_every_screen_is_that_of_a_wrong_answer(kata: Kata) -> None:
    wrong = {f"{answer.name}.txt" for answer in wrong_answers(kata)}

    assert {path.name for path in (kata.solution_folder / FOLDER).glob("*")} == wrong


def _essence(rehearsed: Rehearsed) -> tuple[object, ...]:
    """What does not differ between two runs: all but times, ports, folders and the like."""
    verdict, root = rehearsed.verdict, str(rehearsed.root)
    results = [
        (result.item, result.outcome, result.phase, _said(result.message, root))
        for result in verdict.results
    ]
    first = _said(verdict.first_failure, root)
    return verdict.state, verdict.points, verdict.max_points, results, first


def _said(message: Message | None, root: str) -> tuple[object, ...] | None:
    if message is None:
        return None
    headline, path = (text.replace(root, "") for text in (message.headline, message.path or ""))
    return message.id, headline, path, message.line, bool(message.evidence)


def test_the_files_of_every_kata_are_complete(fresh_course: Course) -> None:
    problems = {
        kata.id: [*check_files(kata), *check_bugs(kata), *check_variants(kata)]
        for kata in fresh_course.katas
    }

    assert problems == {kata.id: [] for kata in fresh_course.katas}


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.name)
def test_a_stub_stays_pending_however_its_comments_are_edited(
    graders: tuple[Grader, Grader], kata: Kata, tmp_path: Path
) -> None:
    edited = _edited(kata, tmp_path, "# I begin tomorrow.\n\n{}\n# TODO: everything\n")

    verdict = graders[0].grade_one(kata, edited)

    assert (verdict.state, verdict.points) == (State.PENDING, 0)


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.name)
def test_a_stub_that_is_begun_and_not_finished_falls_short(
    graders: tuple[Grader, Grader], kata: Kata, tmp_path: Path
) -> None:
    begun = _edited(kata, tmp_path, "{}\n\nbegun = {}\n")

    assert graders[0].grade_one(kata, begun).state is State.FAILING


def _edited(kata: Kata, folder: Path, form: str) -> Submission:
    """The stub of `kata`, put into `form`: its text, then what is true in its language."""
    submission = lay_out(folder, kata, stub_files(kata))
    for name in kata.manifest.write:
        path = submission.path(kata, name)
        path.write_text(form.format(path.read_text(), "true" if path.suffix == ".toml" else True))
    return submission
