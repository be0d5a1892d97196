"""The functions of `time`, made to follow the virtual loop that the calling thread lives on.

Elsewhere they do what the originals do. So they may stay in place for a whole session.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from types import FrameType

from pytest_mlinfra.clock import real
from pytest_mlinfra.clock.callers import frame_above
from pytest_mlinfra.clock.timekeeper import BlockingCall, Timekeeper, running_timekeeper
from pytest_mlinfra.clock.workers import current_worker, timekeeper

_NANOSECONDS = 1_000_000_000
# Nobody sleeps for longer: the original complains.
_LONGEST_SLEEP = 1e9
# They wait for processes, with limits in real time.
_IN_REAL_TIME = frozenset(
    {
        "subprocess",
        "multiprocessing.connection",
        "multiprocessing.managers",
        "multiprocessing.pool",
        "multiprocessing.popen_fork",
        "multiprocessing.popen_forkserver",
        "multiprocessing.queues",
        "multiprocessing.synchronize",
    }
)

_listener: Callable[[float], None] | None = None


def listen(listener: Callable[[float], None] | None) -> None:
    """Have `listener` told of each `sleep`, and for how many seconds, before it begins."""
    global _listener  # noqa: PLW0603 - there is one time.sleep to be told of
    _listener = listener


def lives_in_real_time(module: str) -> bool:
    """Whether a module needs the machine's own time, whatever runs it."""
    return module in _IN_REAL_TIME


def _timekeeper_of(caller: FrameType) -> Timekeeper | None:
    loop = timekeeper()
    if loop is None or caller.f_globals.get("__name__") in _IN_REAL_TIME:
        return None
    return loop


class Functions:
    """The replacements, to be used as bound methods.

    Plain functions would turn into methods where somebody keeps one as a class
    attribute (``clock = time.monotonic``); built-in functions and bound methods do not.
    """

    def monotonic(self) -> float:
        """Virtual seconds since the loop was made."""
        loop = _timekeeper_of(frame_above(1))
        return loop.time() if loop else real.monotonic()

    def perf_counter(self) -> float:
        """The same as `monotonic`."""
        loop = _timekeeper_of(frame_above(1))
        return loop.time() if loop else real.perf_counter()

    def time(self) -> float:
        """Seconds since 1970, by the clock of the loop."""
        loop = _timekeeper_of(frame_above(1))
        return loop.epoch + loop.time() if loop else real.time()

    def monotonic_ns(self) -> int:
        """`monotonic` in nanoseconds, exactly."""
        loop = _timekeeper_of(frame_above(1))
        return _nanoseconds(loop) if loop else real.monotonic_ns()

    def perf_counter_ns(self) -> int:
        """`perf_counter` in nanoseconds, exactly."""
        loop = _timekeeper_of(frame_above(1))
        return _nanoseconds(loop) if loop else real.perf_counter_ns()

    def time_ns(self) -> int:
        """`time` in nanoseconds, exactly."""
        loop = _timekeeper_of(frame_above(1))
        if loop is None:
            return real.time_ns()
        return loop.epoch * _NANOSECONDS + _nanoseconds(loop)

    def sleep(self, seconds: float) -> None:
        """Let virtual time pass: for the worker that calls, or for the whole loop."""
        if _listener is not None:
            _listener(seconds)
        caller = frame_above(1)
        loop = _timekeeper_of(caller)
        length = _length_of(seconds) if loop else None
        if loop is None or length is None:
            real.sleep(seconds)
        elif loop is running_timekeeper():
            # Zero only lets other threads run.
            if length:
                path, line = caller.f_code.co_filename, caller.f_lineno
                loop.block(BlockingCall("time.sleep", length, path, line))
        else:
            worker = current_worker()
            if worker is not None:
                worker.sleep(length)


def _nanoseconds(loop: Timekeeper) -> int:
    return round(loop.time() * _NANOSECONDS)


def _length_of(seconds: object) -> float | None:
    """How long to sleep, or None for what the original has a complaint about."""
    try:
        length = seconds if isinstance(seconds, float) else float(operator.index(seconds))  # type: ignore[arg-type]
    except TypeError:
        return None
    return length if 0 <= length <= _LONGEST_SLEEP else None
