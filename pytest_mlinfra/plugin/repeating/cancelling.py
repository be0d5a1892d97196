"""Running a test once for each of its awaits, cancelled there."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from pytest_mlinfra.clock.exploration.cancellation.cancel import (
    AT_MOST,
    Where,
    broken,
    module_names,
)
from pytest_mlinfra.clock.exploration.cancellation.leftovers import Leftover, Watch, settle
from pytest_mlinfra.clock.exploration.cancellation.points import Point
from pytest_mlinfra.clock.exploration.cancellation.report import cancellation_error
from pytest_mlinfra.clock.exploration.cancellation.result import Result
from pytest_mlinfra.clock.exploration.cancellation.search import Cancellations, cancel_at_each
from pytest_mlinfra.clock.exploration.cancellation.sequencer import CancellingSequencer
from pytest_mlinfra.clock.exploration.loop import ExploringLoop
from pytest_mlinfra.clock.exploration.running import end_tasks
from pytest_mlinfra.errors import UsageError
from pytest_mlinfra.plugin.checks.settings import LEAKS_ELSEWHERE_KEY
from pytest_mlinfra.plugin.repeating.options import CANCEL, asked_for, command
from pytest_mlinfra.plugin.repeating.runs import Repetition, Run

Invariant = Callable[..., object]


def cancel(
    repetition: Repetition,
    only: Where | Iterable[Where] = (),
    at_most: int = AT_MOST,
    invariant: Invariant | None = None,
) -> Run:
    """Run the test once for each await; returns the run that decides about it."""
    cancelled = _Cancelled(repetition, invariant)
    usual = cancelled.attempt(None)
    left_alone = cancelled.latest
    if left_alone.failed is not None:
        return left_alone
    asked = asked_for(repetition.item.config, CANCEL)
    at = Point.parse(asked.text) if asked is not None else None
    try:
        found = cancel_at_each(cancelled.attempt, usual, module_names(only), at_most, at)
    except UsageError as error:
        return repetition.failing(left_alone, pytest.UsageError(str(error)))
    if isinstance(found, Cancellations):
        return left_alone
    text = command(repetition.item, CANCEL)
    return repetition.failing(left_alone, cancellation_error(found, len(usual.suspensions), text))


class _Cancelled:
    """Runs the test, and cancels it at a point."""

    latest: Run

    def __init__(self, repetition: Repetition, invariant: Invariant | None) -> None:
        self._repetition = repetition
        self._invariant = invariant

    def attempt(self, point: Point | None) -> Result:
        """What comes of one run."""
        leftovers: list[Leftover] = []
        sequencers: list[CancellingSequencer] = []

        def around(loop: ExploringLoop, run_test: Callable[[], None]) -> None:
            __tracebackhide__ = True
            sequencer = CancellingSequencer(loop, point)
            sequencers.append(sequencer)
            watch = Watch(loop, sequencer)
            with watch.watching():
                try:
                    with loop.following(sequencer):
                        run_test()
                finally:
                    loop.run_until_complete(settle(loop))
                    leftovers.extend(watch.leftovers())
                    if point is not None:
                        leftovers.extend(broken(lambda: self._check(loop)))
                        end_tasks(loop, sequencer.unfinished)
                        watch.mend()
            if point is None:
                self._check(loop)

        # A run that is cancelled is examined here, against one that is not.
        self._repetition.item.stash[LEAKS_ELSEWHERE_KEY] = point is not None
        run = self.latest = self._repetition.once(around)
        if point is not None and run.teardown.excinfo is not None:
            text = f"tearing down fails: {run.teardown.excinfo.exconly()}"
            leftovers.append(Leftover("teardown", text))
        error = run.call.excinfo.value if run.call and run.call.excinfo else None
        if not sequencers:
            return Result(point, False, [], run.error, leftovers)
        sequencer = sequencers[0]
        return Result(point, sequencer.is_cancelled, sequencer.suspensions, error, leftovers)

    def _check(self, loop: ExploringLoop) -> None:
        """Check the invariant, called with the test's fixtures by their names."""
        invariant = self._invariant
        if invariant is None:
            return
        fixtures: dict[str, Any] = self._repetition.item.funcargs
        names = inspect.signature(invariant).parameters
        unknown = names.keys() - fixtures.keys()
        if unknown:
            raise pytest.UsageError(
                f"the invariant asks for {', '.join(sorted(unknown))}, which the test does not"
            )
        holds = invariant(**{name: fixtures[name] for name in names})
        if inspect.isawaitable(holds):
            holds = loop.run_until_complete(_wait_for(holds))
        if holds is False:
            raise AssertionError("the invariant returned False")


async def _wait_for(awaitable: Any) -> object:
    return await asyncio.ensure_future(awaitable)
