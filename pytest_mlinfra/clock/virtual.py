"""The clock as tests see it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_mlinfra.clock.loop import BlockingCall, VirtualLoop
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
    """

    @property
    def _loop(self) -> VirtualLoop:
        loop = asyncio.get_running_loop()
        if not isinstance(loop, VirtualLoop):
            raise UsageError(
                f"the virtual clock needs the virtual loop, but this test runs on {loop!r}: "
                "another plugin or a conftest chose it in pytest_asyncio_loop_factories"
            )
        return loop

    @property
    def now(self) -> float:
        """Virtual seconds since the test's loop began.

        Raises:
            UsageError: the test runs on another loop; so for everything here.
            RuntimeError: no loop is running.
        """
        return self._loop.time()

    @property
    def blocking_calls(self) -> tuple[BlockingCall, ...]:
        """The calls so far that blocked the loop, such as `time.sleep` in a coroutine."""
        return tuple(self._loop.blocking_calls)

    async def advance(self, seconds: float) -> None:
        """Let `seconds` of virtual time pass, and everything that is due in it happen."""
        await asyncio.sleep(seconds)

    @contextlib.contextmanager
    def elapsed(self) -> Iterator[Elapsed]:
        """Measure a block: ``with virtual_clock.elapsed() as elapsed: ...``."""
        elapsed = Elapsed(self._loop, self.now)
        try:
            yield elapsed
        finally:
            elapsed._end = self.now  # noqa: SLF001 - closes what it made
