"""The queue of callbacks that are ready, made to ask in which order they are to run."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Any, Protocol, cast

# How asyncio's two implementations of a task name the callbacks that run its steps. The
# one that begins a task of the implementation in C has no name.
_STEPS = frozenset({"task_wakeup", "__step", "__wakeup"})


class Sequencer(Protocol):
    """Whom the queue asks for every callback that it hands out."""

    def choose(self, queue: ReadyQueue) -> int | None:
        """The position of the callback to run next; None for none before the next poll.

        A task's step must never overtake another callback that is ready before it:
        asyncio's own transports rely on the order of theirs.
        """
        ...

    def turn(self) -> None:
        """Take note that the loop is about to poll."""
        ...

    def appended(self, handle: asyncio.Handle) -> None:
        """Take note of a callback that has become ready."""
        ...

    def created(self, task: asyncio.Task[Any], parent: asyncio.Task[Any] | None) -> None:
        """Take note of a new task, and of the task that started it."""
        ...

    def stretch(self, task: asyncio.Task[Any]) -> float:
        """The factor by which the sleep that `task` begins is longer; 1 if it is not."""
        ...


class ReadyQueue(deque[asyncio.Handle]):
    """A loop's queue of ready callbacks; without a sequencer, first come is first served.

    Worker threads may append at any time, so nothing here iterates over it.

    Attributes:
        sequencer: who chooses, or None.
    """

    def __init__(self, handles: Iterable[asyncio.Handle], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(handles)
        self.sequencer: Sequencer | None = None
        # The loop passes over handles that are cancelled.
        self._nothing = asyncio.Handle(lambda: None, (), loop)
        self._nothing.cancel()

    def append(self, handle: asyncio.Handle) -> None:
        """Put a callback at the end."""
        super().append(handle)
        if self.sequencer is not None:
            self.sequencer.appended(handle)

    def popleft(self) -> asyncio.Handle:
        """The callback to run next, which asyncio takes to be the first."""
        if self.sequencer is None:
            return super().popleft()
        position = self.sequencer.choose(self)
        if position is None:
            return self._nothing
        handle = self[position]
        del self[position]
        return handle


def stepped_task(handle: asyncio.Handle) -> asyncio.Task[Any] | None:
    """The task whose next step `handle` runs; None for every other callback."""
    callback = handle._callback  # type: ignore[attr-defined]  # noqa: SLF001 - nothing public tells
    owner = getattr(callback, "__self__", None)
    if owner is None or getattr(callback, "__name__", "__step") not in _STEPS:
        return None
    return cast("asyncio.Task[Any]", owner) if asyncio.isfuture(owner) else None
