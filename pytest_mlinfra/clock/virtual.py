"""The clock as tests see it."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_mlinfra.clock.callers import frame_above
from pytest_mlinfra.clock.loop import VirtualLoop
from pytest_mlinfra.clock.timekeeper import BlockingCall
from pytest_mlinfra.clock.timeline import Timeline
from pytest_mlinfra.errors import UsageError


@dataclass
class Elapsed:
    """Virtual time that passed in a ``with`` block.

    Attributes:
        seconds: how much, in virtual seconds; up to now while the block runs.
    """

    _loop: VirtualLoop
    _start: float
    _end: float | None = None

    @property
    def seconds(self) -> float:
        """How much virtual time passed, in seconds, exactly."""
        end = self._loop.time() if self._end is None else self._end
        return round(end - self._start, 9)


class VirtualClock:
    """The clock of the virtual loop that the test runs on.

    Time is exact: ``asyncio.sleep(0.5)`` takes 0.5 s of it and no time at all.
    Compare with ``==``.

    Everything here raises `UsageError` where no virtual loop is running.
    """

    @property
    def _loop(self) -> VirtualLoop:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise UsageError(
                "the virtual clock runs while a coroutine does: use it in an async test that "
                "pytest-asyncio runs, not in a test or fixture without async"
            ) from None
        if not isinstance(loop, VirtualLoop):
            raise UsageError(
                f"the virtual clock needs the virtual loop, but this test runs on {loop!r}. "
                "Mark the test with virtual_time, if it gets its fixtures by name while it "
                "runs; and see whether a conftest or another plugin chose that loop"
            )
        return loop

    @property
    def now(self) -> float:
        """Virtual seconds since the test's loop began."""
        return self._loop.time()

    @property
    def timeline(self) -> Timeline:
        """The latest jumps of the clock, oldest first; printed, one line for each."""
        return self._loop.timeline

    @property
    def blocking_calls(self) -> tuple[BlockingCall, ...]:
        """The calls so far that blocked the loop, such as `time.sleep` in a coroutine."""
        return tuple(self._loop.blocking_calls)

    async def advance(self, seconds: float) -> None:
        """Let virtual time pass, and everything that is due in it happen.

        Unlike after `asyncio.sleep`, what becomes due at the very end of that time has
        happened, too, with all that follows from it at once. So ``advance(0)`` lets every
        other task run until it waits.

        Args:
            seconds: how much, from 0.

        Raises:
            UsageError: `seconds` is no such number.
        """
        loop = self._loop
        if not _is_length(seconds):
            raise UsageError(
                f"advance({seconds!r}) has to be given seconds from 0, as in advance(1.5)"
            )
        if seconds:
            await asyncio.sleep(seconds)
        await loop.settle()

    @contextlib.contextmanager
    def elapsed(self) -> Iterator[Elapsed]:
        """Measure a block: ``with virtual_clock.elapsed() as elapsed: ...``."""
        loop = self._loop
        elapsed = Elapsed(loop, loop.time())
        try:
            yield elapsed
        finally:
            elapsed._end = loop.time()  # noqa: SLF001 - closes what it made

    def hold(self) -> contextlib.AbstractContextManager[None]:
        """Keep the clock still in a ``with`` block, for what the loop does not know of.

        Threads and programs that the loop starts need no hold. If the block lasts for a
        minute of real time, and for longer than until the next timer, the clock goes on
        with a `RealTimeWarning`.
        """
        caller = frame_above(1)
        return self._loop.in_flight.hold(caller.f_code.co_filename, caller.f_lineno)


def _is_length(seconds: object) -> bool:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return False
    return 0 <= seconds < math.inf
