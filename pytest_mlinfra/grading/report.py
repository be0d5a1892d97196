"""Every verdict of one grading, and what follows from them together."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from pytest_mlinfra.grading.verdict import State, Verdict

_UNFINISHED = (State.FAILING, State.UNCLEAN, State.BROKEN)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The verdicts of one grading, in the order of the course.

    Attributes:
        verdicts: one per kata that was graded.
        handed_in: whether a submission was graded, which has to be complete, and not
            a learner's own exercises, where what was not begun is merely pending.
    """

    verdicts: tuple[Verdict, ...]
    handed_in: bool = False

    @property
    def points(self) -> float:
        """The points earned, over all katas."""
        return math.fsum(verdict.points for verdict in self.verdicts)

    @property
    def max_points(self) -> float:
        """What all katas together are worth."""
        return math.fsum(verdict.max_points for verdict in self.verdicts)

    @property
    def done(self) -> int:
        """How many katas are done."""
        return sum(verdict.state is State.DONE for verdict in self.verdicts)

    @property
    def tracks(self) -> dict[str, tuple[Verdict, ...]]:
        """The verdicts by track, tracks in the order of their first kata."""
        tracks: dict[str, tuple[Verdict, ...]] = {}
        for verdict in self.verdicts:
            tracks[verdict.track] = (*tracks.get(verdict.track, ()), verdict)
        return tracks

    @property
    def next(self) -> Verdict | None:
        """The kata to work on: one that was begun and is not done, else the next pending."""
        for states in (_UNFINISHED, (State.PENDING,)):
            for verdict in self.verdicts:
                if verdict.state in states:
                    return verdict
        return None

    @property
    def is_broken(self) -> bool:
        """Whether the grader broke on any kata."""
        return any(verdict.state is State.BROKEN for verdict in self.verdicts)

    @property
    def falls_short(self) -> bool:
        """Whether any kata that had to be done is not."""
        if self.handed_in:
            return any(verdict.state is not State.DONE for verdict in self.verdicts)
        return any(verdict.state in _UNFINISHED for verdict in self.verdicts)


def gather(verdicts: Iterable[Verdict], *, handed_in: bool) -> Report:
    """The report of `verdicts`, put in the order of the course."""
    ordered = sorted(verdicts, key=lambda verdict: (_folder_name(verdict), verdict.track))
    return Report(verdicts=tuple(ordered), handed_in=handed_in)


def _folder_name(verdict: Verdict) -> str:
    return verdict.kata.rpartition("/")[2]
