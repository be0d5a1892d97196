"""Cancelling at one point after another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from pytest_mlinfra.clock.exploration.cancellation.leftovers import CONNECTION, Leftover, beyond
from pytest_mlinfra.clock.exploration.cancellation.points import Point, Suspension
from pytest_mlinfra.clock.exploration.cancellation.result import Result
from pytest_mlinfra.errors import UsageError

Attempt = Callable[[Point | None], Result]


@dataclass(frozen=True)
class Cancellations:
    """What was tried without a fault.

    Attributes:
        suspensions: how often the scenario is suspended when it is left alone.
        points: at how many points it was cancelled: up to two for each.
    """

    suspensions: int
    points: int


@dataclass(frozen=True)
class Fault:
    """A point at which a cancellation does harm.

    Attributes:
        point: that.
        place: where it is.
        leftovers: what is wrong afterwards.
    """

    point: Point
    place: Suspension
    leftovers: Sequence[Leftover]


def cancel_at_each(
    attempt: Attempt, usual: Result, only: Collection[str], at_most: int, at: Point | None
) -> Cancellations | list[Fault]:
    """Run once for every point.

    Args:
        attempt: runs the scenario once.
        usual: what came of the run without a cancellation.
        only: the names of modules; others' awaits are left out. Empty for all.
        at_most: how many suspensions to try; spread evenly if there are more.
        at: the one point to try; None for all.

    Returns:
        How much was tried, or every fault that was found.
    """
    points = [at] if at is not None else _points(usual, only, at_most)
    faults = []
    for point in points:
        result = attempt(point)
        if not result.was_reached:
            if at is not None:
                raise UsageError(
                    f"there is no point {at}: the scenario is suspended "
                    f"{len(usual.suspensions)} times"
                )
            continue
        deafness = result.deafness()
        found = [
            each
            for each in beyond(result.leftovers, usual.leftovers)
            # Whether a client that is cancelled while it closes gets to its last connection
            # is its own affair.
            if not (each.kind == CONNECTION and result.place.is_closing)
        ]
        wrong = [deafness, *found] if deafness is not None else found
        if wrong:
            faults.append(Fault(point, result.place, wrong))
    return faults or Cancellations(len(usual.suspensions), len(points))


def _points(usual: Result, only: Collection[str], at_most: int) -> list[Point]:
    chosen = [
        (number, suspension)
        for number, suspension in enumerate(usual.suspensions, start=1)
        if not only or suspension.is_within(only)
    ]
    if only and not chosen:
        raise UsageError(
            f"only={', '.join(sorted(only))}: the scenario never waits there; it waits in "
            f"{', '.join(sorted({name for each in usual.suspensions for name in each.modules}))}"
        )
    if len(chosen) > at_most:
        last = len(chosen) - 1
        spread = {round(index * last / max(1, at_most - 1)) for index in range(at_most)}
        chosen = [chosen[index] for index in sorted(spread)]
    return [Point(number, moment) for number, each in chosen for moment in each.moments]
