"""The plain order, with a cancellation of the main task at one point."""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

from pytest_mlinfra.clock.blame import suspended_frames
from pytest_mlinfra.clock.exploration.cancellation.points import Moment, Point, Suspension
from pytest_mlinfra.clock.exploration.loop import ExploringLoop
from pytest_mlinfra.clock.exploration.plain import PlainSequencer
from pytest_mlinfra.clock.exploration.ready import ReadyQueue, stepped_task

# Callbacks that may still run after a cancellation before the task counts as endless.
_PATIENCE = 20_000


class CancellingSequencer(PlainSequencer):
    """Runs what is ready in plain order, and cancels the main task at a point.

    The main task is the first one that is started, or stepped, from now on.

    Attributes:
        suspensions: every suspension of the main task.
        is_cancelled: whether the point was reached.
    """

    def __init__(self, loop: ExploringLoop, point: Point | None) -> None:
        super().__init__()
        self._loop = loop
        self._point = point
        self._existing = asyncio.all_tasks(loop)
        self._parents: WeakKeyDictionary[asyncio.Task[Any], asyncio.Task[Any] | None] = (
            WeakKeyDictionary()
        )
        self._main: asyncio.Task[Any] | None = None
        self._has_stepped = False
        self.suspensions: list[Suspension] = []
        self.is_cancelled = False

    def descendants(self) -> list[asyncio.Task[Any]]:
        """The pending tasks that the main task started, or a task that it started, and so on."""
        pending = sorted(asyncio.all_tasks(self._loop), key=self._loop.names.of)
        return [task for task in pending if task is not self._main and self._descends(task)]

    def unfinished(self) -> list[asyncio.Task[Any]]:
        """The main task and those that it has started, as far as they are pending."""
        main = [] if self._main is None or self._main.done() else [self._main]
        return [*main, *self.descendants()]

    def _descends(self, task: asyncio.Task[Any] | None) -> bool:
        while task is not None:
            if task is self._main:
                return True
            task = self._parents.get(task)
        return False

    def choose(self, queue: ReadyQueue) -> int | None:
        """Always the first.

        Raises:
            EndlessError: the main task goes on and on after its cancellation.
        """
        self._look_at_main()
        task = stepped_task(queue[0])
        if task is not None and self._is_main(task):
            self._has_stepped = True
            if self._is_at(Moment.RESUMING):
                self._cancel()
        return super().choose(queue)

    def turn(self) -> None:
        """Take note that the loop is about to poll."""
        self._look_at_main()

    def created(self, task: asyncio.Task[Any], parent: asyncio.Task[Any] | None) -> None:
        """Take note of who started a task."""
        self._parents[task] = parent
        if self._main is None:
            self._main = task

    def _is_main(self, task: asyncio.Task[Any]) -> bool:
        if self._main is None and task not in self._existing:
            self._main = task
        return task is self._main

    def _look_at_main(self) -> None:
        """Take note of a step of the main task that has just ended."""
        if not self._has_stepped:
            return
        self._has_stepped = False
        main = self._main
        if main is None or main.done() or self.is_cancelled:
            return
        is_bare = main._fut_waiter is None  # type: ignore[attr-defined]  # noqa: SLF001 - nothing else tells
        frames = list(suspended_frames(main.get_coro()))
        self.suspensions.append(Suspension.of(frames, is_bare=is_bare))
        if self._is_at(Moment.WAITING):
            self._cancel()

    def _is_at(self, moment: Moment) -> bool:
        return self._point == Point(len(self.suspensions), moment)

    def _cancel(self) -> None:
        if self._main is not None and not self.is_cancelled:
            self.is_cancelled = True
            self.patience = _PATIENCE
            self._main.cancel()
