"""The virtual loop: asyncio's selector loop with a clock that jumps.

Sockets are real. When a poll finds nothing ready and nothing is under way outside of the
loop, nothing can happen before the next timer, so the clock jumps to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from math import inf
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple

from pytest_mlinfra.clock import patches, real
from pytest_mlinfra.clock.callers import frame_above
from pytest_mlinfra.clock.deadlock import describe_deadlock
from pytest_mlinfra.clock.ending import EndableLoop
from pytest_mlinfra.clock.in_flight import InFlight
from pytest_mlinfra.clock.selector import Events, JumpingSelector, Poll
from pytest_mlinfra.clock.timekeeper import BlockingCall, Timekeeper
from pytest_mlinfra.clock.timeline import Timeline
from pytest_mlinfra.errors import DeadlockError, RealTimeWarning

_Result = TypeVar("_Result")
_Arguments = TypeVarTuple("_Arguments")

# Times are rounded to whole nanoseconds, so that ten sleeps of 0.1 s make 1.0 s.
_DIGITS = 9
# Real seconds that a loop with no timer is given before it counts as stalled: enough for
# a thread that nobody knows of to hand over its result.
_GRACE = 0.02
# Turns without a pause after which the loop is taken to wait for something; from then on
# time passes about as fast as it really does.
_MOST_BUSY_TURNS = 50_000
_SECONDS_OF_A_TURN = 1e-5
# Likewise for readings of the clock within one turn.
_MOST_READINGS = 100_000
_SECONDS_OF_A_READING = 1e-6

_RUN_ONCE = asyncio.BaseEventLoop._run_once.__code__  # type: ignore[attr-defined]  # noqa: SLF001


class VirtualLoop(EndableLoop, Timekeeper):
    """An event loop whose time is exact and costs nothing to wait for.

    It starts at 0, so that differences of its times are as exact as its times are.

    Attributes:
        epoch: what `time.time()` was when the loop's time was 0, in whole seconds.
        blocking_calls: every call so far that blocked the loop's thread.
        timeline: the latest jumps of the clock.
        in_flight: what is under way outside of the loop.
    """

    if TYPE_CHECKING:
        # Asyncio's own, and declared nowhere.
        _scheduled: list[asyncio.TimerHandle]
        _default_executor: ThreadPoolExecutor | None
        _debug: bool

        def _check_closed(self) -> None: ...
        def _check_default_executor(self) -> None: ...
        def _check_callback(self, callback: object, method: str) -> None: ...

    # Set by asyncio while it measures a callback, in debug mode only.
    _current_handle: asyncio.Handle | None = None

    def __init__(self) -> None:
        patches.install()
        self._now = 0.0
        self._blocked = 0.0
        self._readings = self._busy_turns = 0
        self._is_joining = False
        self._settling: list[asyncio.Future[None]] = []
        self.epoch = round(real.time())
        self.blocking_calls: list[BlockingCall] = []
        self.timeline = Timeline()
        self.in_flight = InFlight(self)
        super().__init__(JumpingSelector(self, self.in_flight.outside))
        self._clock_resolution = 10.0**-_DIGITS

    def time(self) -> float:
        """Virtual seconds since the loop was made.

        Code that does nothing but read the clock waits for it to move. So after very many
        readings in one turn each further one moves it a little.
        """
        if self._current_handle is not None and frame_above(1).f_code is _RUN_ONCE:
            # How long a callback takes is a matter of real time.
            return real.perf_counter() + self._blocked
        self._readings += 1
        if self._readings > _MOST_READINGS:
            self._move_to(self._now + _SECONDS_OF_A_READING)
        return self._now

    def hold(self) -> contextlib.AbstractContextManager[None]:
        """Keep the clock still while something runs that the loop does not know of.

        If that lasts for a minute of real time, and for longer than until the next timer,
        the clock goes on with a `RealTimeWarning`.
        """
        caller = frame_above(1)
        return self.in_flight.hold(caller.f_code.co_filename, caller.f_lineno)

    async def settle(self) -> None:
        """Wait until all that can happen at the present time has happened."""
        settled = self.create_future()
        self._settling.append(settled)
        await settled

    def block(self, call: BlockingCall) -> None:
        """Let the time of a blocking call pass, and remember the call."""
        self.blocking_calls.append(call)
        self._blocked += call.seconds
        self._move_to(self._now + call.seconds)

    @property
    def is_held(self) -> bool:
        """Whether a `hold` keeps the clock still."""
        return self.in_flight.is_held

    def accompany(self, thread: threading.Thread) -> None:
        """Take notice of a thread that is about to be started on the loop."""
        self.in_flight.accompany(thread)

    # What happens when nothing is ready.

    def idle(self, poll: Poll) -> Events:
        """Let time pass.

        Args:
            poll: waits for events, for so many real seconds at most.

        Returns:
            What happened; nothing if the clock has moved, or a task was told something.

        Raises:
            DeadlockError: nothing will ever wake the loop, and it cannot end its work.
        """
        self._readings = self._busy_turns = 0
        try:
            events = self._wait(poll)
        except RealTimeWarning as warning:
            self._fail(warning)
            return []
        if events is not None:
            return events
        if self._settling:
            for settled in self._settling:
                if not settled.done():
                    settled.set_result(None)
            self._settling.clear()
            return []
        if self._is_joining and not self.in_flight.pools.jobs:
            # Nothing is left to be done, but threads that have done it have still to end.
            return poll(_GRACE)
        return self._pass_time(poll)

    def _wait(self, poll: Poll) -> Events | None:
        """Wait for what may happen before any time passes; None if nothing can any more."""
        return self.in_flight.wait(poll, self._until_next_timer) or None

    def _pass_time(self, poll: Poll) -> Events:
        """Let the clock jump, or say that nothing will ever wake the loop."""
        if self._until_next_timer() < inf:
            self._jump()
            return []
        events = poll(_GRACE)
        if not events:
            self._fail(DeadlockError(self.describe_deadlock()))
        return events

    def describe_deadlock(self) -> str:
        """Who waits for what, drawn, now that nothing will ever wake the loop."""
        return describe_deadlock(self, self.in_flight.pools.jobs, self._main)

    def turn(self, *, has_events: bool) -> None:
        """Take notice of a turn in which there is something to do.

        A task that does nothing but ``await asyncio.sleep(0)`` until something is the case
        may wait for a timer. So after very many turns without a pause, time passes.
        """
        self._readings = 0
        self._busy_turns = 0 if has_events else self._busy_turns + 1
        if self._busy_turns > _MOST_BUSY_TURNS:
            self._move_to(self._now + _SECONDS_OF_A_TURN)

    def _until_next_timer(self) -> float:
        """Virtual seconds up to the next timer; infinite if there is none."""
        # A sleep for ever is a timer, too, but one that is never due.
        return self._scheduled[0].when() - self._now if self._scheduled else inf

    def _jump(self) -> None:
        timer, start = self._scheduled[0], self._now
        self._move_to(max(start, timer.when()))
        # A callback that looks at the clock by itself, as anyio's time-outs do, and finds
        # it a trifle early sets its timer again: then the trifle has to pass.
        if self._now == start < timer.when():
            self._now = timer.when()
        self.timeline.add(start, self._now, timer)

    def _move_to(self, when: float) -> None:
        self._now = round(when, _DIGITS)
        # After some years, floats are further apart than nanoseconds.
        self._clock_resolution = max(10.0**-_DIGITS, 2 * math.ulp(self._now))

    def _fail(self, error: Exception) -> None:
        if self._is_joining:
            raise error
        self.fail(error)

    # Work outside of the loop, counted.

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*_Arguments], _Result], *args: *_Arguments
    ) -> asyncio.Future[_Result]:
        """Run `func` in a worker; the clock stands still until it returns or waits."""
        self._check_closed()
        if self._debug:
            self._check_callback(func, "run_in_executor")
        if executor is None:
            self._check_default_executor()
            if self._default_executor is None:
                self._default_executor = ThreadPoolExecutor(thread_name_prefix="asyncio")
            executor = self._default_executor
        return self.in_flight.pools.submit(executor, func, *args)

    async def subprocess_exec(self, *args: Any, **options: Any) -> Any:
        """Start a program; the clock stands still until it ends or waits for its input."""
        return self._count(await super().subprocess_exec(*args, **options))

    async def subprocess_shell(self, *args: Any, **options: Any) -> Any:
        """Start a shell command; the clock stands still until it ends or waits."""
        return self._count(await super().subprocess_shell(*args, **options))

    def _count(self, started: Any) -> Any:
        transport, _protocol = started
        self.in_flight.children.add(transport)
        return started

    async def shutdown_default_executor(self, *args: Any, **options: Any) -> None:
        """Join the default executor's threads; those that wait on the clock are woken."""
        self._is_joining = True
        self.in_flight.pools.release()
        try:
            await super().shutdown_default_executor(*args, **options)
        finally:
            self._is_joining = False

    def close(self) -> None:
        """Close the loop; workers that wait on its clock are woken."""
        self.in_flight.release()
        super().close()
