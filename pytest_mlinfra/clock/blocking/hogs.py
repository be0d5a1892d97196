"""Noticing steps of a loop that compute for too long, by the processor time of the thread.

A profiling timer rings after every so many seconds of processor time. So a thread that
has to wait for its turn is never taken for one that computes, however busy the machine
is, and steps that are short cost nothing at all.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from pytest_mlinfra.clock.blame import step_of

# How often the timer rings while a step computes for as long as it may.
_RINGS = 10


class HogWatch:
    """Tells of each step of a loop that computes for longer than it may.

    Works by a signal, so only for loops of the main thread, and only where the platform
    has profiling timers; elsewhere nothing is told.

    Args:
        seconds: how long a step may compute, in seconds of processor time.
        tell: takes the frame that computes and `seconds`; called once for a step.
    """

    def __init__(self, seconds: float, tell: Callable[[FrameType, float], None]) -> None:
        self._seconds = seconds
        self._interval = seconds / _RINGS
        self._tell = tell
        self._step: FrameType | None = None
        self._since = 0.0
        self._latest = 0.0
        self._before: tuple[Any, tuple[float, float]] | None = None

    def start(self) -> None:
        """Begin to measure."""
        if not hasattr(signal, "setitimer") or (
            threading.current_thread() is not threading.main_thread()
        ):
            return
        self._latest = time.thread_time()
        handler = signal.signal(signal.SIGPROF, self._ring)
        timer = signal.setitimer(signal.ITIMER_PROF, self._interval, self._interval)
        self._before = handler, timer

    def stop(self) -> None:
        """Measure no longer; a timer that was set before goes on."""
        if self._before is not None:
            handler, timer = self._before
            signal.setitimer(signal.ITIMER_PROF, 0)
            # Without a handler, a ring that is on its way would end the process.
            is_deaf = handler in (None, signal.SIG_DFL)
            signal.signal(signal.SIGPROF, signal.SIG_IGN if is_deaf else handler)
            signal.setitimer(signal.ITIMER_PROF, *timer)
            self._before = self._step = None

    def _ring(self, _signal: int, frame: FrameType | None) -> None:
        now = time.thread_time()
        # Python hears a ring between two of its own operations. If none was heard for
        # longer than an interval, a single operation took the rest of that time, and it
        # is one of the step that runs now.
        beginning = min(now, self._latest + self._interval)
        self._latest = now
        step = step_of(frame)
        if step is None or frame is None:
            self._step = None
            return
        if step is not self._step:
            self._step, self._since = step, beginning
        if _imports(frame, step):
            self._since = now
        elif now - self._since >= self._seconds:
            self._since = float("inf")
            self._tell(frame, self._seconds)


def _imports(frame: FrameType | None, step: FrameType) -> bool:
    """Whether `frame` is part of an import, which is not what a step is for."""
    while frame is not None and frame is not step:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
