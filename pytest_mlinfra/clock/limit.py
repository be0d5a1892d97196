"""A limit of real time for code that may never end."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from pytest_mlinfra.clock import real
from pytest_mlinfra.clock.starved import seconds_starved
from pytest_mlinfra.errors import TimeLimitError

# Code that swallows the first alarm gets it again and again.
_REPEAT = 0.2
_TICK = 0.001


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeLimitError` in the body once it has run for `seconds` of real time.

    Seconds in which it was ready to run and others had the processors do not count.

    Works by an alarm signal, so only in the main thread and only where the platform
    has interval timers; elsewhere the body runs without a limit. An alarm that was
    set before goes on afterwards.

    Args:
        seconds: the limit, in real seconds.

    Raises:
        TimeLimitError: the body ran for longer.
    """
    if not hasattr(signal, "setitimer") or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def now() -> float:
        return real.monotonic() - seconds_starved()

    def ring(_signal: int, _frame: FrameType | None) -> None:
        # An alarm comes late, and never early, but a clock is finer than its ticks.
        if now() - started >= seconds - _TICK:
            raise TimeLimitError(seconds)

    started = now()
    handler = signal.signal(signal.SIGALRM, ring)
    before = signal.setitimer(signal.ITIMER_REAL, seconds, _REPEAT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, *before)
