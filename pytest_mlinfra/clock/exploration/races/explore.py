"""Running a scenario in many orders."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

from pytest_mlinfra.clock.exploration.own_code import own_traceback
from pytest_mlinfra.clock.exploration.races.outcome import Outcome
from pytest_mlinfra.clock.exploration.races.report import race_error
from pytest_mlinfra.clock.exploration.races.schedule import Schedule
from pytest_mlinfra.clock.exploration.races.search import Exploration, Race, replay, search
from pytest_mlinfra.clock.exploration.races.sequencer import StrategicSequencer
from pytest_mlinfra.clock.exploration.races.strategies import Strategy
from pytest_mlinfra.clock.exploration.races.watching import Watcher
from pytest_mlinfra.clock.exploration.running import PASS_THROUGH, Scenario, fresh_loop
from pytest_mlinfra.errors import UsageError

SEEDS = 50


def explore(  # noqa: PLR0913 - all but the first by name, and most of them seldom
    scenario: Callable[..., Coroutine[Any, Any, object]],
    *,
    seeds: int = SEEDS,
    jitter: float = 0.0,
    given: Callable[[], object] | None = None,
    invariant: Callable[..., object] | None = None,
    schedule: str | None = None,
    command: str | None = None,
) -> Exploration:
    """Run `scenario` in many orders of its tasks' steps, each time on a fresh virtual loop.

    The first order is asyncio's own. In the others, steps of tasks that are ready wait for
    steps of other tasks, as they might with another event loop, a slower network, or one
    more await somewhere. No time passes meanwhile, and no step overtakes a callback.

    Args:
        scenario: an async function; it fails by raising an error.
        seeds: how many orders to try. The same seeds always stand for the same orders.
        jitter: by which part of its time a sleep may take longer; 0.5 turns one second
            into 1, 1.125, 1.25, 1.375 or 1.5. Without it, time stays exact.
        given: makes what `scenario` and `invariant` are called with, once for every run;
            may be async.
        invariant: checked after every run: raises, or returns False, if something does
            not hold; may be async.
        schedule: run this one order instead, as a failure names it.
        command: how to say "run it once more" in a failure, with ``{}`` for the schedule.

    Returns:
        How much was explored.

    Raises:
        RaceFoundError: it passes in the plain order, and fails in another.
        UsageError: an argument makes no sense.
        Exception: whatever it fails with in the plain order.
    """
    __tracebackhide__ = True
    check_numbers(seeds, jitter)
    runner = _Runner(Scenario(scenario, given, invariant), jitter)
    if schedule is not None:
        result = replay(runner.execute, Schedule.parse(schedule))
    else:
        result = search(runner.execute, seeds, is_jittery=jitter > 0)
    if isinstance(result, Race):
        raise race_error(result, command) from None
    if isinstance(result, Outcome):
        assert result.error is not None
        raise result.error.with_traceback(own_traceback(result.error))
    return result


def check_numbers(seeds: object, jitter: object) -> None:
    """Refuse figures that make no sense.

    Raises:
        UsageError: one of them does.
    """
    if isinstance(seeds, bool) or not isinstance(seeds, int) or seeds < 1:
        raise UsageError(f"seeds={seeds!r} has to be a whole number from 1, as in seeds=50")
    if isinstance(jitter, bool) or not isinstance(jitter, int | float) or jitter < 0:
        raise UsageError(f"jitter={jitter!r} has to be a number from 0, as in jitter=0.5")


class _Runner:
    """Runs a scenario, each time on a loop of its own."""

    def __init__(self, scenario: Scenario, jitter: float) -> None:
        self._scenario = scenario
        self._jitter = jitter

    def execute(self, strategy: Strategy, *, is_watched: bool = False) -> Outcome:
        """What comes of a run in the order of `strategy`."""
        error: BaseException | None = None
        with fresh_loop() as loop:
            arguments = self._scenario.prepare(loop)
            sequencer = StrategicSequencer(loop, strategy, self._jitter)
            watcher = Watcher(sequencer)
            watching = watcher.watching() if is_watched else contextlib.nullcontext()
            try:
                with loop.following(sequencer), watching:
                    loop.run_until_complete(self._scenario.start(arguments))
                self._scenario.check(arguments, loop)
            except PASS_THROUGH:
                raise
            except BaseException as failure:  # noqa: BLE001 - whatever it fails with
                error = failure
            return Outcome.of(sequencer, error, watcher.footprints)
