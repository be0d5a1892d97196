"""The author's rehearsal: grade the stub, the reference and every wrong answer of a kata."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_mlinfra.grading.verdict import State, Verdict
from pytest_mlinfra.katas.answers import reference_files, wrong_answers
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.stub import stub_files
from pytest_mlinfra.katas.submission import lay_out
from pytest_mlinfra.runs.grade import Grader


@dataclass(frozen=True)
class Rehearsal:
    """One answer of a kata's own, and what has to become of it.

    Attributes:
        name: ``stub``, ``reference``, or ``wrong/…``.
        files: the answer: every written file, by name.
        complaint: from the verdict to what is wrong with it; empty if it is as it
            has to be.
    """

    name: str
    files: dict[str, Path]
    complaint: Callable[[Verdict], str]


def rehearsals(kata: Kata) -> Iterator[Rehearsal]:
    """Every answer that `kata` keeps.

    Raises:
        CourseError: a wrong answer is not as it has to be.
    """
    yield Rehearsal("stub", stub_files(kata), lambda verdict: _has_to_be(verdict, State.PENDING))
    yield Rehearsal(
        "reference", reference_files(kata), lambda verdict: _has_to_be(verdict, State.DONE)
    )
    for wrong in wrong_answers(kata):
        yield Rehearsal(f"wrong/{wrong.name}", wrong.files, _has_to_draw(wrong.draws))


def rehearse(grader: Grader, kata: Kata, rehearsal: Rehearsal) -> str:
    """Grade one answer. Returns what is wrong with the verdict, or an empty text."""
    with tempfile.TemporaryDirectory(prefix="mlinfra-") as folder:
        submission = lay_out(Path(folder), kata, rehearsal.files)
        complaint = rehearsal.complaint(grader.grade_one(kata, submission))
    return f"{kata.id}, {rehearsal.name}: {complaint}" if complaint else ""


def _has_to_be(verdict: Verdict, state: State) -> str:
    if verdict.state is state:
        return ""
    return f"the verdict is '{verdict.state}' and not '{state}'\n{verdict.first_failure or ''}"


def _has_to_draw(message_id: str) -> Callable[[Verdict], str]:
    def complaint(verdict: Verdict) -> str:
        drawn = verdict.first_failure
        if verdict.state not in (State.FAILING, State.UNCLEAN):
            return f"a wrong answer's verdict is '{verdict.state}'\n{drawn or ''}"
        if drawn is None or drawn.id != message_id:
            name = drawn.id if drawn else "nothing"
            return f"it draws {name!r} and not {message_id!r}\n{drawn or ''}"
        return ""

    return complaint
