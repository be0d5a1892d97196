"""Noticing steps of a loop that compute for too long, by the processor time of the thread.

Each step notes when it begins, and a profiling timer rings after every so many seconds of
processor time to compare. So a thread that has to wait for its turn is never taken for one
that computes, nor many short steps for a long one, however late the timer rings.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from pytest_mlinfra.clock.blame import step_of
from pytest_mlinfra.clock.replacements import Replacements

# How often the timer rings while a step computes for as long as it may.
_RINGS = 10
_NEVER = float("inf")


class _Latest(threading.local):
    """The step that the calling thread has begun last.

    Attributes:
        began: when, in seconds of the thread's processor time.
    """

    began = _NEVER


_latest = _Latest()


class HogWatch:
    """Tells of each step of a loop that computes for longer than it may.

    Works by a signal, so only for loops of the main thread, and only where the platform
    has profiling timers; elsewhere nothing is told. Nor is it where each line is traced by
    somebody who was not there at the start, such as a debugger: that takes its time.

    Args:
        seconds: how long a step may compute, in seconds of processor time.
        tell: takes the frame that computes and `seconds`; called once for a step.
    """

    def __init__(self, seconds: float, tell: Callable[[FrameType, float], None]) -> None:
        self._seconds = seconds
        self._tell = tell
        self._before: tuple[Any, tuple[float, float]] | None = None
        self._tracing: object = None
        self._replacements = Replacements()

    def start(self) -> None:
        """Begin to measure."""
        if not hasattr(signal, "setitimer") or (
            threading.current_thread() is not threading.main_thread()
        ):
            return
        self._tracing = sys.gettrace()
        run_step = asyncio.Handle._run  # noqa: SLF001 - the one place that every step passes
        self._replacements.replace(asyncio.Handle, "_run", _noting(run_step))
        interval = self._seconds / _RINGS
        handler = signal.signal(signal.SIGPROF, self._ring)
        timer = signal.setitimer(signal.ITIMER_PROF, interval, interval)
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
            self._replacements.undo()
            self._before = None

    def _ring(self, _signal: int, frame: FrameType | None) -> None:
        step = step_of(frame)
        if step is None or frame is None:
            return
        now = time.thread_time()
        if sys.gettrace() is not self._tracing or _imports(frame, step):
            _latest.began = now
        elif now - _latest.began >= self._seconds:
            _latest.began = _NEVER
            self._tell(frame, self._seconds)


def _noting(run: Callable[[asyncio.Handle], None]) -> Callable[[asyncio.Handle], None]:
    """What runs a step, made to note when it begins."""
    # Local names: this is done for each step.
    latest, now = _latest, time.thread_time

    def note_and_run(handle: asyncio.Handle) -> None:
        latest.began = now()
        run(handle)

    return note_and_run


def _imports(frame: FrameType | None, step: FrameType) -> bool:
    """Whether `frame` is part of an import, which is not what a step is for."""
    while frame is not None and frame is not step:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
