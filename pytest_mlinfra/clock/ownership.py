"""Who has taken which lock of asyncio: for the drawing of a deadlock.

A lock does not know its owner. So while virtual loops are in use, `asyncio.Lock` and
`asyncio.Semaphore` remember which tasks have taken them and where.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from weakref import ReferenceType, WeakKeyDictionary, ref

from pytest_mlinfra.clock.callers import frame_above
from pytest_mlinfra.clock.timekeeper import running_timekeeper

_Lock = asyncio.Lock | asyncio.Semaphore


@dataclass(frozen=True, eq=False)
class Taken:
    """That a task took a lock.

    Attributes:
        by: the name of the task.
        path: the file where it did, if that is known.
        line: its line, counted from 1, or 0.
    """

    by: str
    path: str
    line: int
    _task: ReferenceType[asyncio.Task[Any]]

    @property
    def task(self) -> asyncio.Task[Any] | None:
        """The task, unless it has ended."""
        task = self._task()
        return None if task is None or task.done() else task


_taken: WeakKeyDictionary[_Lock, list[Taken]] = WeakKeyDictionary()
_originals = {kind: (kind.acquire, kind.release) for kind in (asyncio.Lock, asyncio.Semaphore)}


def install() -> None:
    """Let locks remember who takes them from now on."""
    for kind, (acquire, release) in _originals.items():
        kind.acquire = _remembering(acquire)  # type: ignore[method-assign]
        kind.release = _forgetting(release)  # type: ignore[method-assign]


def uninstall() -> None:
    """Let locks be as they were."""
    for kind, (acquire, release) in _originals.items():
        kind.acquire, kind.release = acquire, release  # type: ignore[method-assign]
    _taken.clear()


def takers_of(lock: Any) -> tuple[Taken, ...]:
    """Who has taken `lock` and not released it, first come first.

    Args:
        lock: a lock or semaphore of asyncio; or one of anyio's, which know by themselves
            who has them, but not since where.
    """
    if isinstance(lock, _Lock):
        return tuple(_taken.get(lock, ()))
    owner = getattr(lock, "_owner_task", None)
    owners = [owner] if owner is not None else getattr(lock, "_borrowers", ())
    tasks = (each for each in owners if isinstance(each, asyncio.Task))
    return tuple(Taken(task.get_name(), "", 0, ref(task)) for task in tasks)


def _remembering(original: Any) -> Any:
    async def acquire(self: _Lock) -> bool:
        result: bool = await original(self)
        task = asyncio.current_task() if running_timekeeper() else None
        if task is not None:
            place = _place_of_caller()
            _taken.setdefault(self, []).append(Taken(task.get_name(), *place, ref(task)))
        return result

    return acquire


def _forgetting(original: Any) -> Any:
    def release(self: _Lock) -> None:
        original(self)
        taken = _taken.get(self)
        if taken:
            task = asyncio.current_task() if running_timekeeper() else None
            # Whoever releases it need not have taken it; then the first taker has.
            own = (each for each in taken if each.task is task)
            taken.remove(next(own, taken[0]))

    return release


def _place_of_caller() -> tuple[str, int]:
    """Where the lock was taken; nowhere if by asyncio itself, as a task of its own."""
    frame = frame_above(2)
    while frame.f_back and frame.f_globals.get("__name__") == "asyncio.locks":
        frame = frame.f_back
    if str(frame.f_globals.get("__name__")).startswith("asyncio."):
        return "", 0
    return frame.f_code.co_filename, frame.f_lineno
