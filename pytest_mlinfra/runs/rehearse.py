"""The author's rehearsal: grade the stub and every answer that a kata keeps."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_mlinfra.grading.verdict import State, Verdict
from pytest_mlinfra.katas.answers import reference_files, right_answers, wrong_answers
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.own_tests import hidden_files
from pytest_mlinfra.katas.stub import stub_files
from pytest_mlinfra.katas.submission import lay_out
from pytest_mlinfra.runs.grade import Grader

Complaint = Callable[[Verdict], str]


@dataclass(frozen=True)
class Rehearsal:
    """One answer of a kata's own, and what has to become of it.

    Attributes:
        name: ``stub``, ``reference``, ``right/…`` or ``wrong/…``.
        files: the answer: every written file, by name.
        complaint: from the verdict to what is wrong with it; empty if it is as it
            has to be.
        draws: the id of the message that it must draw first; None unless it is wrong.
    """

    name: str
    files: dict[str, Path]
    complaint: Complaint
    draws: str | None = None


@dataclass(frozen=True)
class Rehearsed:
    """What became of one answer.

    Attributes:
        rehearsal: which.
        verdict: the verdict, hidden tests included.
        root: the folder that the answer was graded in, which is gone.
        complaint: what is wrong with the verdict; empty if nothing is.
    """

    rehearsal: Rehearsal
    verdict: Verdict
    root: Path
    complaint: str


def rehearsals(kata: Kata) -> Iterator[Rehearsal]:
    """Every answer that `kata` keeps.

    Raises:
        CourseError: a right or a wrong answer is not as it has to be.
    """
    yield Rehearsal("stub", stub_files(kata), _has_to_be(State.PENDING))
    yield Rehearsal("reference", reference_files(kata), _has_to_be(State.DONE))
    for right in right_answers(kata):
        yield Rehearsal(f"right/{right.name}", right.files, _has_to_be(State.DONE))
    for wrong in wrong_answers(kata):
        name = f"wrong/{wrong.name}"
        yield Rehearsal(name, wrong.files, _has_to_draw(wrong.draws), wrong.draws)


def rehearse(grader: Grader, kata: Kata, rehearsal: Rehearsal) -> Rehearsed:
    """Let `grader` grade one answer, by the hidden tests as well if the kata has any."""
    with tempfile.TemporaryDirectory(prefix="mlinfra-") as folder:
        root = Path(folder)
        submission = lay_out(root, kata, rehearsal.files)
        verdict = grader.grade_one(kata, submission, hidden=bool(hidden_files(kata)))
    complaint = rehearsal.complaint(verdict)
    text = f"{kata.id}, {rehearsal.name}: {complaint}" if complaint else ""
    return Rehearsed(rehearsal, verdict, root, text)


def _has_to_be(state: State) -> Complaint:
    def complaint(verdict: Verdict) -> str:
        if verdict.state is state:
            return ""
        return f"the verdict is '{verdict.state}' and not '{state}'\n{verdict.first_failure or ''}"

    return complaint


def _has_to_draw(message_id: str) -> Complaint:
    def complaint(verdict: Verdict) -> str:
        drawn = verdict.first_failure
        if verdict.state not in (State.FAILING, State.UNCLEAN):
            return f"a wrong answer's verdict is '{verdict.state}'\n{drawn or ''}"
        if drawn is None or drawn.id != message_id:
            name = drawn.id if drawn else "nothing"
            return f"it draws {name!r} and not {message_id!r}\n{drawn or ''}"
        return ""

    return complaint
