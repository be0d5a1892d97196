"""Ending a task that waits for ever, and telling where it did.

Asyncio passes a cancellation on to the task that is awaited, so tasks which await each
other in a circle pass it on until the stack overflows.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any

from pytest_mlinfra.clock.blame import is_library


def cancel(future: asyncio.Future[Any], loop: asyncio.AbstractEventLoop) -> None:
    """Cancel `future`; where its task is caught in a circle, break that circle."""
    try:
        future.cancel()
    except RecursionError:
        _break_circle(future, loop)


def _break_circle(future: Any, loop: asyncio.AbstractEventLoop) -> None:
    """Wake a task of the circle as if what it awaits had been cancelled."""
    seen = []
    while future not in seen:
        seen.append(future)
        future = future._fut_waiter  # noqa: SLF001 - a task tells nobody what it awaits
    awaited = future._fut_waiter  # noqa: SLF001 - as above
    cancelled = loop.create_future()
    cancelled.cancel()
    for wake, context in awaited._callbacks:  # noqa: SLF001 - the only way to wake a task
        if getattr(wake, "__self__", None) is future:
            awaited.remove_done_callback(wake)
            loop.call_soon(wake, cancelled, context=context)


def without_libraries(traceback: TracebackType | None) -> TracebackType | None:
    """A traceback up to the innermost line that is of no library; all of it without one."""
    entries = []
    entry = traceback
    while entry is not None:
        entries.append(entry)
        entry = entry.tb_next
    while entries and is_library(entries[-1].tb_frame.f_code.co_filename):
        entries.pop()
    shortened = None
    for entry in reversed(entries):
        shortened = TracebackType(shortened, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return shortened or traceback
