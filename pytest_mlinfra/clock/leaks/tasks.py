"""Tasks that are still pending, and the record of all tasks for whoever else asks."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any

from pytest_mlinfra.clock.blame import place_of, suspended_frames
from pytest_mlinfra.clock.finding import Finding, quoted
from pytest_mlinfra.clock.leaks.leak import Leak
from pytest_mlinfra.clock.leaks.origins import Births, Origins
from pytest_mlinfra.clock.replacements import Replacements
from pytest_mlinfra.places import Place

TASK_LEFT_PENDING = "task-left-pending"
_ADVICE = "await the task, or cancel it and await that; an asyncio.TaskGroup does so by itself"

# Seconds of the loop's time that a task has to end after it was cancelled.
_PATIENCE = 1.0


class Tasks:
    """Keeps in mind every task that a loop starts on behalf of the code under test.

    Attributes:
        births: the tasks of which anything may still have to be said.
        listeners: are told of each task when it has been made.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, origins: Origins) -> None:
        self.births: Births[asyncio.Task[Any]] = Births(_is_done_with)
        self.listeners: list[Callable[[asyncio.Task[Any]], None]] = []
        self._loop = loop
        self._origins = origins
        self._replacements = Replacements()

    def start(self) -> None:
        """Begin to keep tasks in mind."""
        create_task = self._loop.create_task

        def noting(coro: Coroutine[Any, Any, Any], **options: Any) -> asyncio.Task[Any]:
            origin = self._origins.here()
            task = create_task(coro, **options)
            if origin is not None:
                self.births.add(task, origin.place)
                self._origins.remember(task, origin)
                for listener in self.listeners:
                    listener(task)
            return task

        self._replacements.replace(self._loop, "create_task", noting)

    def stop(self) -> None:
        """Keep no further task in mind."""
        self._replacements.undo()

    def leaks(self) -> Iterator[Leak]:
        """The tasks that are pending."""
        for task, born in self.births.left:
            if not task.done():
                yield Leak(self._finding(task, born), partial(end_task, task))

    def _finding(self, task: asyncio.Task[Any], born: Place) -> Finding:
        return Finding(
            id=TASK_LEFT_PENDING,
            headline=f"The task {name_of(task)} is still pending at the end.",
            place=born,
            advice=_ADVICE,
            evidence=tuple(self._waiting(task)),
            subject=name_of(task),
        )

    def _waiting(self, task: asyncio.Task[Any]) -> Iterator[str]:
        """The line of the code under test that `task` waits at, if there is any."""
        frames = list(suspended_frames(task.get_coro()))
        own = [frame for frame in frames if self._origins.blame.owns(frame.f_code)]
        for frame in own[-1:]:
            yield f"it waits at {quoted(place_of(frame))}"


def name_of(task: asyncio.Task[Any]) -> str:
    """What a person calls `task`: the function that it runs."""
    coroutine = task.get_coro()
    name: str = getattr(coroutine, "__qualname__", type(coroutine).__name__)
    return f"{name.replace('.<locals>', '')}()"


async def end_task(task: asyncio.Task[Any]) -> None:
    """Cancel `task`, and by force if it does not heed that."""
    task.cancel()
    await asyncio.wait([task], timeout=_PATIENCE)
    if not task.done():
        # An except clause for cancellations does not catch what this raises.
        with contextlib.suppress(BaseException):
            coroutine: Any = task.get_coro()
            coroutine.close()
        task.cancel()
        await asyncio.wait([task], timeout=_PATIENCE)
    if task.done() and not task.cancelled():
        task.exception()


def _is_done_with(task: asyncio.Task[Any]) -> bool:
    """Whether nothing further has to be said of `task`."""
    if not task.done() or is_unheard(task):
        return False
    return task.cancelled() or not task.cancelling() or task.exception() is not None


def is_unheard(future: asyncio.Future[Any]) -> bool:
    """Whether `future` failed, and nobody has asked it how."""
    # Asyncio's own note of that, and the only one there is.
    return bool(getattr(future, "_log_traceback", False))
