"""Running a test in many orders of its tasks' steps."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from pytest_mlinfra.clock.exploration.loop import ExploringLoop
from pytest_mlinfra.clock.exploration.races.explore import SEEDS
from pytest_mlinfra.clock.exploration.races.outcome import Outcome
from pytest_mlinfra.clock.exploration.races.report import race_error
from pytest_mlinfra.clock.exploration.races.schedule import Schedule
from pytest_mlinfra.clock.exploration.races.search import Race, replay, search
from pytest_mlinfra.clock.exploration.races.sequencer import StrategicSequencer
from pytest_mlinfra.clock.exploration.races.strategies import Strategy
from pytest_mlinfra.clock.exploration.races.watching import Watcher
from pytest_mlinfra.plugin.repeating.options import SCHEDULE, asked_for, command
from pytest_mlinfra.plugin.repeating.runs import Repetition, Run


def explore(repetition: Repetition, seeds: int = SEEDS, jitter: float = 0.0) -> Run:
    """Run the test in many orders; returns the run that decides about it."""
    explored = _Explored(repetition, jitter)
    asked = asked_for(repetition.item.config, SCHEDULE)
    if asked is not None:
        found = replay(explored.execute, Schedule.parse(asked.text))
    else:
        found = search(explored.execute, seeds, is_jittery=jitter > 0)
    if isinstance(found, Race):
        error = race_error(found, command(repetition.item, SCHEDULE))
        return repetition.failing(explored.latest_failed, error)
    return explored.latest


class _Explored:
    """Executes the test in the order of a strategy."""

    latest: Run
    latest_failed: Run

    def __init__(self, repetition: Repetition, jitter: float) -> None:
        self._repetition = repetition
        self._jitter = jitter

    def execute(self, strategy: Strategy, *, is_watched: bool = False) -> Outcome:
        """What comes of one run."""
        sequencers: list[tuple[StrategicSequencer, Watcher]] = []

        def around(loop: ExploringLoop, run_test: Callable[[], None]) -> None:
            __tracebackhide__ = True
            sequencer = StrategicSequencer(loop, strategy, self._jitter)
            watcher = Watcher(sequencer)
            sequencers.append((sequencer, watcher))
            watching = watcher.watching() if is_watched else contextlib.nullcontext()
            with loop.following(sequencer), watching:
                run_test()

        self.latest = self._repetition.once(around)
        error = self.latest.error
        if error is not None:
            self.latest_failed = self.latest
        if not sequencers:
            # Not even set up.
            return Outcome(error, Schedule(), [], lambda _step: ())
        sequencer, watcher = sequencers[0]
        return Outcome.of(sequencer, error, watcher.footprints)
