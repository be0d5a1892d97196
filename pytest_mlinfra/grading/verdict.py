"""From the results of a kata's items to its verdict."""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence

import msgspec

from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.result import ItemResult, Outcome, Sort
from pytest_mlinfra.katas.library import BrokenKata
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.places import shown


class State(enum.StrEnum):
    """Where a learner stands with a kata."""

    DONE = "done"
    FAILING = "failing"
    PENDING = "pending"
    """Not begun."""
    UNCLEAN = "blocked by quality"
    """It works, but a quality gate is not passed or could not be checked."""
    BROKEN = "grader error"
    """The course or the grader broke; nothing is said about the answer."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on one kata, as reports show it.

    Attributes:
        kata: the kata's id.
        title: its title.
        track: its track.
        minutes: how long it takes.
        state: where the learner stands.
        points: earned so far.
        max_points: what the kata is worth; 0 where that could not be found out.
        files: paths of the files that the learner writes.
        statement: path of the statement.
        first_failure: what to tell the learner first: where to begin, or what failed;
            None if there is nothing to tell.
        results: every item's, in the order of grading.
        is_partial: True if only some of the kata's items were asked for.
    """

    kata: str
    title: str
    track: str
    minutes: int
    state: State
    points: float
    max_points: float
    files: tuple[str, ...]
    statement: str
    first_failure: Message | None
    results: tuple[ItemResult, ...]
    is_partial: bool = False

    @property
    def number(self) -> str:
        """The number by which a person names the kata."""
        return self.kata.rpartition("/")[2].partition("_")[0]


def judge(
    kata: Kata,
    submission: Submission,
    results: Sequence[ItemResult],
    *,
    is_untouched: bool,
    is_partial: bool = False,
) -> Verdict:
    """The verdict on `kata`, answered by `submission`.

    Args:
        kata: the kata.
        submission: whose files were graded.
        results: one for each item that was to be graded.
        is_untouched: whether the files still say what the stubs say.
        is_partial: whether only some of the items were asked for.
    """
    state = _state_of(results, is_untouched=is_untouched)
    results = _earned(results)
    is_pending = state is State.PENDING
    return Verdict(
        kata=kata.id,
        title=kata.manifest.title,
        track=kata.track,
        minutes=kata.manifest.minutes,
        state=state,
        points=math.fsum(result.points for result in results),
        max_points=math.fsum(result.item.max_points for result in results),
        files=tuple(shown(submission.path(kata, name)) for name in kata.manifest.write),
        statement=shown(kata.folder / "README.md"),
        first_failure=_where_to_begin(kata, submission) if is_pending else _first_failure(results),
        results=tuple(results),
        is_partial=is_partial,
    )


def broken(entry: BrokenKata) -> Verdict:
    """The verdict on a kata that cannot be graded because it is no proper kata."""
    message = Message(
        id="broken-kata", headline=str(entry.error), path=shown(entry.folder / "kata.toml")
    )
    return Verdict(
        kata=entry.id,
        title=entry.slug.replace("_", " "),
        track=entry.track,
        minutes=0,
        state=State.BROKEN,
        points=0,
        max_points=0,
        files=(),
        statement=shown(entry.folder / "README.md"),
        first_failure=message,
        results=(),
    )


def _state_of(results: Sequence[ItemResult], *, is_untouched: bool) -> State:
    if any(result.outcome is Outcome.GRADER_ERROR for result in results):
        return State.BROKEN
    if is_untouched:
        return State.PENDING
    short = [result for result in results if result.outcome is not Outcome.PASSED]
    if not results or any(result.item.sort is not Sort.GATE for result in short):
        return State.FAILING
    return State.UNCLEAN if short else State.DONE


def _earned(results: Sequence[ItemResult]) -> Sequence[ItemResult]:
    """Where nothing works yet, being clean earns nothing."""
    others = [result for result in results if result.item.sort is not Sort.GATE]
    if not others or any(result.outcome is Outcome.PASSED for result in others):
        return results
    return [
        (
            msgspec.structs.replace(result, outcome=Outcome.NOT_EARNED)
            if result.item.sort is Sort.GATE and result.outcome is Outcome.PASSED
            else result
        )
        for result in results
    ]


def _where_to_begin(kata: Kata, submission: Submission) -> Message | None:
    """For a stub that nobody has touched: its first line that says what is to be done."""
    for name in kata.manifest.write:
        path = submission.path(kata, name)
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            if "TODO" in line:
                return Message(
                    id="pending",
                    headline="Not begun yet.",
                    evidence=line.strip(),
                    path=shown(path),
                    line=number,
                )
    return None


def _first_failure(results: Sequence[ItemResult]) -> Message | None:
    told = [result for result in results if result.message is not None]
    told.sort(key=lambda result: result.outcome is not Outcome.GRADER_ERROR)
    return told[0].message if told else None
