"""The search for an order that makes a run fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from pytest_mlinfra.clock.exploration.races.conflicts import promising_holds
from pytest_mlinfra.clock.exploration.races.outcome import Outcome
from pytest_mlinfra.clock.exploration.races.plan import Plan, plain
from pytest_mlinfra.clock.exploration.races.schedule import Schedule
from pytest_mlinfra.clock.exploration.races.shrinking import Shrinker
from pytest_mlinfra.clock.exploration.races.strategies import Replay, Strategy


class Execute(Protocol):
    """Runs the code under test once."""

    def __call__(self, strategy: Strategy, *, is_watched: bool = False) -> Outcome:
        """What comes of a run in the order of `strategy`."""
        ...


@dataclass(frozen=True)
class Exploration:
    """What a search went through without a failure.

    Attributes:
        runs: how many runs there were.
        orders: in how many different orders their steps ran.
    """

    runs: int
    orders: int


@dataclass(frozen=True)
class Race:
    """A failure that some orders bring about.

    Attributes:
        outcome: of the simplest run found that fails, watched.
        seed: the seed that first failed; None if the schedule was given.
        is_repeatable: whether the same schedule failed in the same way again.
    """

    outcome: Outcome
    seed: int | None
    is_repeatable: bool


def search(execute: Execute, seeds: int, *, is_jittery: bool) -> Exploration | Race | Outcome:
    """Try the plain order and further ones, until a run fails.

    Args:
        execute: runs the code under test once.
        seeds: how many orders to try; the first is the plain one.
        is_jittery: whether sleeps may be stretched, too.

    Returns:
        What was explored; or the race that was found; or the outcome of the plain order,
        if that fails already.
    """
    first = execute(plain(), is_watched=seeds > 1)
    if first.error is not None:
        return first
    orders = {_order(first)}
    for seed, strategy in _strategies(first, seeds, is_jittery):
        outcome = execute(strategy)
        if outcome.error is not None:
            return _race(execute, outcome, seed)
        orders.add(_order(outcome))
    return Exploration(seeds, len(orders))


def replay(execute: Execute, schedule: Schedule) -> Exploration | Race | Outcome:
    """Run one schedule; what is returned means the same as with `search`."""
    outcome = execute(Replay(schedule), is_watched=True)
    if outcome.error is None:
        return Exploration(1, 1)
    return Race(outcome, None, is_repeatable=True) if len(schedule) else outcome


def _strategies(first: Outcome, seeds: int, is_jittery: bool) -> Iterator[tuple[int, Strategy]]:
    if seeds > 1:
        holds = promising_holds(first.ran, first.footprints, most=seeds)
        plan = Plan(holds, is_jittery=is_jittery)
        yield from ((seed, plan.strategy(seed)) for seed in range(1, seeds))


def _order(outcome: Outcome) -> int:
    return hash(tuple(each.step for each in outcome.ran if each.step is not None))


def _race(execute: Execute, failed: Outcome, seed: int) -> Race:
    def attempt(schedule: Schedule) -> Outcome | None:
        outcome = execute(Replay(schedule))
        return outcome if outcome.fails_like(failed) else None

    simplest = Shrinker(attempt).shrink(failed)
    watched = execute(Replay(simplest.schedule), is_watched=True)
    if watched.fails_like(failed):
        return Race(watched, seed, is_repeatable=True)
    return Race(simplest, seed, is_repeatable=False)
