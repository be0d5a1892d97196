"""The jumps of a clock, each with the timer that it jumped to."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

# Enough to read, and little enough to keep.
_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Jump:
    """One jump of the clock.

    Attributes:
        start: where it was, in virtual seconds.
        end: where it went.
        timer: what was due then: ``sleep``, ``timeout``, or the name of a callback.
        task: the name of the task that it woke, or None if it woke none that is known.
    """

    start: float
    end: float
    timer: str
    task: str | None

    def __str__(self) -> str:
        whose = f" of {self.task}" if self.task is not None else ""
        return f"{self.start:g} s → {self.end:g} s  {self.timer}{whose}"


class Timeline(Sequence[Jump]):
    """The latest jumps of a clock, oldest first; 10,000 at most."""

    def __init__(self) -> None:
        self._jumps: deque[Jump] = deque(maxlen=_LONGEST)

    def add(self, start: float, end: float, timer: asyncio.TimerHandle) -> None:
        """Remember a jump to `timer`."""
        self._jumps.append(Jump(start, end, *_describe(timer)))

    def __len__(self) -> int:
        return len(self._jumps)

    @overload
    def __getitem__(self, index: int) -> Jump: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Jump]: ...
    def __getitem__(self, index: int | slice) -> Jump | Sequence[Jump]:
        return tuple(self._jumps)[index] if isinstance(index, slice) else self._jumps[index]

    def __iter__(self) -> Iterator[Jump]:
        return iter(self._jumps)

    def __str__(self) -> str:
        return "\n".join(map(str, self._jumps)) or "no jumps"


def _describe(timer: Any) -> tuple[str, str | None]:
    """What is due, and the name of the task that waits for it."""
    callback = timer._callback  # noqa: SLF001 - a handle tells nothing else of itself
    owner = getattr(callback, "__self__", None)
    # A time-out knows its task: `asyncio.timeout`, and the cancel scopes of anyio.
    task = getattr(owner, "_task", None) or getattr(owner, "_host_task", None)
    if isinstance(task, asyncio.Task):
        return "timeout", task.get_name()
    if timer._args and isinstance(timer._args[0], asyncio.Future):  # noqa: SLF001 - as above
        sleeper = _task_behind(timer._args[0])  # noqa: SLF001 - as above
        if sleeper is not None:
            return "sleep", sleeper.get_name()
    return getattr(callback, "__qualname__", type(callback).__name__), None


def _task_behind(future: Any) -> asyncio.Task[Any] | None:
    """The task that awaits `future` itself."""
    for callback, _context in future._callbacks or ():  # noqa: SLF001 - told nowhere else
        task = getattr(callback, "__self__", None)
        if isinstance(task, asyncio.Task):
            return task
    return None
