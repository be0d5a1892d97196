"""The virtual loop: asyncio's selector loop with a clock that jumps.

Sockets are real. When a poll finds nothing ready and no thread, process or hold is
in flight, nothing can happen before the next timer, so the clock jumps to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar, TypeVarTuple

from pytest_mlinfra.clock.deadlock import describe_deadlock
from pytest_mlinfra.clock.executors import WorkerPools
from pytest_mlinfra.clock.selector import JumpingSelector
from pytest_mlinfra.errors import DeadlockError

_Result = TypeVar("_Result")
_Arguments = TypeVarTuple("_Arguments")

# Times are rounded to whole nanoseconds, so that ten sleeps of 0.1 s make 1.0 s.
_DIGITS = 9


@dataclass(frozen=True)
class BlockingCall:
    """A call that stopped the loop's thread.

    Attributes:
        function: what was called.
        seconds: for how long, in virtual seconds.
        path: the file of the caller.
        line: its line, counted from 1.
    """

    function: str
    seconds: float
    path: str
    line: int


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is exact and costs nothing to wait for.

    Args:
        selector: what waits in place of the selector that jumps.

    Attributes:
        epoch: what `time.time()` was when the loop's time was 0, in seconds.
        blocking_calls: every call so far that blocked the loop's thread.
        jumps: every time that the clock jumped to, in virtual seconds.
    """

    # Asyncio's own, and declared nowhere.
    _ready: deque[asyncio.Handle]
    _scheduled: list[asyncio.TimerHandle]
    _default_executor: ThreadPoolExecutor

    def __init__(self, selector: selectors.BaseSelector | None = None) -> None:
        self._now = 0.0
        self._holds = 0
        self._processes: list[asyncio.SubprocessTransport] = []
        self._is_shutting_down = False
        self.epoch = float(round(time.time()))
        self.blocking_calls: list[BlockingCall] = []
        self.jumps: list[float] = []
        self._pools = WorkerPools(self)
        super().__init__(selector or JumpingSelector(self))
        self._clock_resolution = 10.0**-_DIGITS
        self.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Keep the clock still while something runs that the loop does not know of."""
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1
            # The selector may be waiting for just this.
            self.call_soon_threadsafe(lambda: None)

    def block(self, call: BlockingCall) -> None:
        """Let the time of a blocking call pass, and remember the call."""
        self.blocking_calls.append(call)
        self._now = round(self._now + call.seconds, _DIGITS)

    # What the selector asks for.

    def has_work_in_flight(self) -> bool:
        """Whether a hold, a worker or a child process keeps the clock still."""
        self._processes = [each for each in self._processes if each.get_returncode() is None]
        in_flight = self._holds > 0 or bool(self._processes) or self._pools.are_busy
        # The default executor is joined by a thread that is none of its own.
        return in_flight or self._is_shutting_down

    def has_timer(self) -> bool:
        """Whether any timer is set."""
        return bool(self._scheduled)

    def jump(self) -> None:
        """Move the clock to the next timer."""
        self.jump_to(self._scheduled[0].when())

    def jump_to(self, when: float) -> None:
        """Move the clock to `when`, in virtual seconds; never back."""
        self._now = max(self._now, round(when, _DIGITS))
        self.jumps.append(self._now)

    def stall(self) -> None:
        """Say who waits for what, now that nothing will ever wake the loop.

        Raises:
            DeadlockError: always, but while the loop's threads are being joined.
        """
        if not self._is_shutting_down:
            raise DeadlockError(describe_deadlock(self))

    # Work outside the loop, counted.

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*_Arguments], _Result], *args: *_Arguments
    ) -> asyncio.Future[_Result]:
        """Run `func` in a worker; the clock stands still until it returns or sleeps."""
        if self.is_closed():
            raise RuntimeError("Event loop is closed")
        return self._pools.submit(executor or self._default_executor, func, *args)

    async def subprocess_exec(self, *args: Any, **options: Any) -> Any:
        """Start a program; the clock stands still until it ends."""
        return self._count(await super().subprocess_exec(*args, **options))

    async def subprocess_shell(self, *args: Any, **options: Any) -> Any:
        """Start a shell command; the clock stands still until it ends."""
        return self._count(await super().subprocess_shell(*args, **options))

    def _count(self, started: Any) -> Any:
        transport, _protocol = started
        self._processes.append(transport)
        return started

    async def shutdown_default_executor(self, *args: Any, **options: Any) -> None:
        """Join the default executor's threads; those that sleep on the clock are woken."""
        self._is_shutting_down = True
        self._pools.release()
        try:
            await super().shutdown_default_executor(*args, **options)
        finally:
            self._is_shutting_down = False

    def close(self) -> None:
        """Close the loop; workers that sleep on its clock are woken."""
        self._pools.release()
        super().close()
