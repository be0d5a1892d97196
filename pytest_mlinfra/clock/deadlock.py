"""Who waits for what, when nothing is left that could wake anybody."""

from __future__ import annotations

import asyncio
import linecache
import sysconfig
from collections.abc import Iterator
from types import FrameType
from typing import Any

_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})


def describe_deadlock(loop: asyncio.AbstractEventLoop) -> str:
    """One line on what happened, then two on each stuck task: its name, and what it awaits."""
    tasks = [task for task in asyncio.all_tasks(loop) if not task.done()]
    tasks.sort(key=lambda task: (len(task.get_name()), task.get_name()))
    count = f"{len(tasks)} tasks wait" if len(tasks) != 1 else "1 task waits"
    lines = [f"at {loop.time():g} s {count} for something that nobody is left to do:"]
    for task in tasks:
        lines.append(f"  {task.get_name()} ({_name_of(task)})")
        frame = _innermost_own_frame(task.get_coro())
        if frame is not None:
            path, line = frame.f_code.co_filename, frame.f_lineno
            lines.append(f"    {path}:{line}: {linecache.getline(path, line).strip()}")
    return "\n".join(lines)


def _name_of(task: asyncio.Task[Any]) -> str:
    return getattr(task.get_coro(), "__qualname__", type(task.get_coro()).__name__)


def _innermost_own_frame(coroutine: object) -> FrameType | None:
    """The innermost frame that `coroutine` is suspended in, outside of libraries if any is."""
    frames = list(_frames(coroutine))
    own = [frame for frame in frames if not frame.f_code.co_filename.startswith(_LIBRARIES)]
    candidates = own or frames
    return candidates[-1] if candidates else None


def _frames(awaited: Any) -> Iterator[FrameType]:
    """The frames from `awaited` down to what it finally waits for, outermost first."""
    while awaited is not None:
        for prefix in ("cr", "gi", "ag"):
            frame = getattr(awaited, f"{prefix}_frame", None)
            if frame is not None:
                yield frame
                break
        else:
            return
        awaited = getattr(awaited, "gi_yieldfrom" if prefix == "gi" else f"{prefix}_await", None)
