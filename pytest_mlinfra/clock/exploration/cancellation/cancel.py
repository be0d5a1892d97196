"""Cancelling a scenario at each of its awaits."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Coroutine, Iterable
from types import ModuleType
from typing import Any

from pytest_mlinfra.clock.blame import is_library
from pytest_mlinfra.clock.exploration.cancellation.leftovers import Leftover, Watch, settle
from pytest_mlinfra.clock.exploration.cancellation.points import Point
from pytest_mlinfra.clock.exploration.cancellation.report import cancellation_error
from pytest_mlinfra.clock.exploration.cancellation.result import Result
from pytest_mlinfra.clock.exploration.cancellation.search import (
    Cancellations,
    cancel_at_each,
)
from pytest_mlinfra.clock.exploration.cancellation.sequencer import CancellingSequencer
from pytest_mlinfra.clock.exploration.own_code import quoted
from pytest_mlinfra.clock.exploration.running import PASS_THROUGH, Scenario, fresh_loop
from pytest_mlinfra.errors import UsageError

AT_MOST = 200
# A module, by itself, by its name, or by something that is defined in it.
Where = ModuleType | type | Callable[..., object] | str


def cancel_everywhere(  # noqa: PLR0913 - all but the first by name, and most of them seldom
    scenario: Callable[..., Coroutine[Any, Any, object]],
    *,
    given: Callable[[], object] | None = None,
    invariant: Callable[..., object] | None = None,
    only: Where | Iterable[Where] = (),
    at_most: int = AT_MOST,
    point: str | None = None,
    command: str | None = None,
) -> Cancellations:
    """Run `scenario` once for each of its awaits, and cancel it there.

    Counted are the awaits that suspend the scenario's own task, those of the functions and
    libraries that it calls as well. At each it is cancelled twice, in runs of their own:
    as it begins to wait, and as it is about to go on because what it waited for has
    happened. Afterwards everything that can happen without time passing happens.

    It is a fault if then a task that it started still runs, a lock or a permit that it
    acquired is not given back, a connection or an async generator is open, a coroutine was
    never awaited, the cancellation was swallowed, or the invariant does not hold; unless a
    run that is not cancelled leaves the same behind.

    Args:
        scenario: an async function.
        given: makes what `scenario` and `invariant` are called with, once for every run;
            may be async.
        invariant: checked after every run: raises, or returns False, if something is half
            done; may be async.
        only: the modules whose awaits count; all, if there are none. An await counts if
            one of them is anywhere on the way from the scenario to what it waits for.
        at_most: at how many suspensions to cancel; spread evenly if there are more.
        point: cancel at this one point only, as a failure names it.
        command: how to say "run it once more" in a failure, with ``{}`` for the point.

    Returns:
        How much was tried.

    Raises:
        CancellationError: a cancellation leaves something behind.
        UsageError: an argument makes no sense.
        Exception: whatever the scenario fails with if it is not cancelled.
    """
    __tracebackhide__ = True
    check_at_most(at_most)
    runner = _Runner(Scenario(scenario, given, invariant))
    at = None if point is None else Point.parse(point)
    usual = runner.attempt(None)
    if usual.error is not None:
        raise usual.error
    found = cancel_at_each(runner.attempt, usual, module_names(only), at_most, at)
    if isinstance(found, Cancellations):
        return found
    raise cancellation_error(found, len(usual.suspensions), command)


def check_at_most(at_most: object) -> None:
    """Refuse a figure that makes no sense.

    Raises:
        UsageError: it does not.
    """
    if isinstance(at_most, bool) or not isinstance(at_most, int) or at_most < 1:
        raise UsageError(f"at_most={at_most!r} has to be a whole number from 1, as in at_most=50")


def module_names(only: object) -> frozenset[str]:
    """The names of the modules that `only` means.

    Raises:
        UsageError: it means none.
    """
    each = only if isinstance(only, Iterable) and not isinstance(only, str | type) else [only]
    return frozenset(map(_module_name, each))


def _module_name(where: object) -> str:
    match where:
        case str():
            return where
        case ModuleType():
            return where.__name__
        case _ if callable(where) and hasattr(where, "__module__"):
            return str(where.__module__)
        case _:
            raise UsageError(
                f"only={where!r} has to be a module, its name, or a function or class in it"
            )


class _Runner:
    """Runs a scenario, each time on a loop of its own."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario

    def attempt(self, point: Point | None) -> Result:
        """What comes of a run that is cancelled at `point`, if at all."""
        error: BaseException | None = None
        with fresh_loop() as loop:
            arguments = self._scenario.prepare(loop)
            sequencer = CancellingSequencer(loop, point)
            watch = Watch(loop, sequencer)
            with watch.watching():
                try:
                    with loop.following(sequencer):
                        loop.run_until_complete(self._scenario.start(arguments))
                except PASS_THROUGH:
                    raise
                except BaseException as failure:  # noqa: BLE001 - whatever it ends with
                    error = failure
                    # Its frames would keep alive what nobody else needs any longer.
                    traceback.clear_frames(error.__traceback__)
                loop.run_until_complete(settle(loop))
                leftovers = [*watch.leftovers()]
            if point is None and error is None:
                self._scenario.check(arguments, loop)
            elif point is not None:
                leftovers += broken(lambda: self._scenario.check(arguments, loop))
            return Result(point, sequencer.is_cancelled, sequencer.suspensions, error, leftovers)


def broken(check: Callable[[], object]) -> list[Leftover]:
    """What `check` complains about."""
    try:
        check()
    except PASS_THROUGH:
        raise
    except BaseException as failure:  # noqa: BLE001 - whatever it complains with
        text = str(failure).strip() or type(failure).__name__
        return [Leftover("invariant", f"something is half done: {text}", _failed_line(failure))]
    return []


def _failed_line(error: BaseException) -> str:
    """The line of the code under test at which `error` was raised."""
    places = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not is_library(frame.f_code.co_filename)
    ]
    return quoted(*places[-1]) if places else ""
