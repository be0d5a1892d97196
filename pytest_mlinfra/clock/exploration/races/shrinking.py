"""Making a schedule that fails as simple as it gets: the fewest deviations, each the shortest.

Deltas are taken away in ever smaller portions; see Zeller and Hildebrandt, "Simplifying
and Isolating Failure-Inducing Input", IEEE TSE 28(2), 2002.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from pytest_mlinfra.clock.exploration.races.outcome import Outcome
from pytest_mlinfra.clock.exploration.races.schedule import Deviation, Hold, Schedule, Stretch

# How many runs a schedule may cost, and how many each of its deviations.
_BUDGET = 150
_FOR_ONE = 8

Attempt = Callable[[Schedule], Outcome | None]


class Shrinker:
    """Simplifies a schedule.

    Args:
        attempt: runs a schedule; returns None unless the same failure comes of it.
    """

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._tried: dict[Schedule, Outcome | None] = {}

    def shrink(self, failed: Outcome) -> Outcome:
        """The simplest run found that fails like `failed`."""
        best = self._try(failed.schedule) or failed
        best = self._single(best) or self._fewer(best)
        return self._shorter(best)

    def _try(self, schedule: Schedule) -> Outcome | None:
        if schedule not in self._tried:
            if len(self._tried) >= _BUDGET:
                return None
            outcome = self._attempt(schedule)
            # What came about may be simpler than what was asked for.
            self._tried[schedule] = outcome
        return self._tried[schedule]

    def _single(self, failed: Outcome) -> Outcome | None:
        """A run with one deviation, since that is what most races need."""
        if len(failed.schedule) <= 1:
            return failed
        for deviation in failed.schedule.deviations[: _BUDGET // 3]:
            outcome = self._try(Schedule((deviation,)))
            if outcome is not None:
                return outcome
        return None

    def _fewer(self, failed: Outcome) -> Outcome:
        portion = len(failed.schedule) // 2
        while portion >= 1:
            for rest in _without_portions(failed.schedule.deviations, portion):
                outcome = self._try(Schedule(rest))
                if outcome is not None and len(outcome.schedule) < len(failed.schedule):
                    failed = outcome
                    portion = min(portion, len(failed.schedule))
                    break
            else:
                portion //= 2
        return failed

    def _shorter(self, failed: Outcome) -> Outcome:
        """Replace each deviation by a shorter one as long as that fails."""
        for position in range(len(failed.schedule)):
            deviations = failed.schedule.deviations
            if position >= len(deviations):
                break
            for shorter in _shorter_than(deviations[position], failed):
                changed = (*deviations[:position], shorter, *deviations[position + 1 :])
                outcome = self._try(Schedule(changed))
                if outcome is not None and len(outcome.schedule) <= len(deviations):
                    failed = outcome
                    break
        return failed


def _without_portions(
    deviations: tuple[Deviation, ...], portion: int
) -> Iterator[tuple[Deviation, ...]]:
    for start in range(0, len(deviations), portion):
        yield (*deviations[:start], *deviations[start + portion :])


def _shorter_than(deviation: Deviation, failed: Outcome) -> Iterator[Deviation]:
    """Deviations that are shorter, the shortest first."""
    if isinstance(deviation, Stretch):
        yield from (replace(deviation, quarters=each) for each in range(1, deviation.quarters))
        return
    earlier = dict.fromkeys(failed.passed_by(deviation.step))
    for after in list(earlier)[:_FOR_ONE]:
        shorter = Hold(deviation.step, after)
        if shorter == deviation:
            return
        yield shorter
    if deviation.turns and deviation.after is not None:
        yield replace(deviation, turns=0)
