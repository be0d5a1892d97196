"""`threading`, made to let workers wait on the clock of their virtual loop.

Events, queues, semaphores, barriers and futures of threads all wait in a
`threading.Condition`. Where a worker waits, its limit of time is a timer of the loop.
Where the loop's own thread waits in vain, that has cost it virtual time.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from concurrent.futures import _base
from typing import Any

from pytest_mlinfra.clock.blame import CLOCK, outside
from pytest_mlinfra.clock.callers import frame_above
from pytest_mlinfra.clock.timekeeper import BlockingCall, running_timekeeper
from pytest_mlinfra.clock.workers import Pause, current_worker, timekeeper

_wait = threading.Condition.wait
_start = threading.Thread.start
# What only waits on behalf of others: the standard library's own waits, and ours.
_ON_BEHALF = (threading.__file__, queue.__file__, _base.__file__, CLOCK)


def install() -> None:
    """Put the replacements in place."""
    threading.Condition.wait = _wait_on_the_clock  # type: ignore[method-assign]
    threading.Thread.start = _start_as_companion  # type: ignore[method-assign]


def uninstall() -> None:
    """Put the originals back."""
    threading.Condition.wait = _wait  # type: ignore[method-assign]
    threading.Thread.start = _start  # type: ignore[method-assign]


def _wait_on_the_clock(self: Any, timeout: float | None = None) -> bool:
    loop = running_timekeeper()
    if loop is not None:
        was_notified = _wait(self, timeout)
        if not was_notified and timeout is not None and timeout > 0:
            caller = outside(frame_above(1), *_ON_BEHALF) or frame_above(1)
            place = caller.f_code.co_filename, caller.f_lineno
            loop.block(BlockingCall("threading.Condition.wait", timeout, *place))
        return was_notified
    worker = current_worker()
    if worker is None or worker.loop is not timekeeper():
        return _wait(self, timeout)
    if timeout is not None and timeout <= 0:
        worker.poll()
        return _wait(self, timeout)
    if not self._is_owned():
        raise RuntimeError("cannot wait on un-acquired lock")
    pause = Pause(worker, timeout)
    self._waiters.append(pause)
    state = self._release_save()
    was_notified = False
    try:
        was_notified = pause.take()
    finally:
        self._acquire_restore(state)
        if not was_notified:
            with contextlib.suppress(ValueError):
                self._waiters.remove(pause)
    return was_notified


def _start_as_companion(self: threading.Thread) -> None:
    loop = timekeeper()
    if loop is not None:
        loop.accompany(self)
    _start(self)
