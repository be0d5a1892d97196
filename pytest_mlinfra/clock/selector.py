"""A selector that lets time jump instead of waiting for it."""

from __future__ import annotations

import selectors
from collections.abc import Callable
from selectors import SelectorKey
from typing import Any, Protocol

Events = list[tuple[SelectorKey, int]]
# Waits for events, for so many real seconds at most.
Poll = Callable[[float], Events]


class IdleLoop(Protocol):
    """What the selector asks of the loop that it serves."""

    def idle(self, poll: Poll) -> Events:
        """Let time pass, now that nothing is ready and nothing is to be done."""
        ...

    def turn(self, *, has_events: bool) -> None:
        """Take notice of a turn in which something is ready or to be done."""
        ...


class Watcher(Protocol):
    """Who wants to know which files are watched."""

    def begin(self, descriptor: int) -> None:
        """Take notice of a file that is watched from now on."""
        ...

    def end(self, descriptor: int) -> None:
        """Forget a file that is watched no longer."""
        ...


class JumpingSelector(selectors.DefaultSelector):
    """Polls; when nothing is ready, asks its loop to let time pass."""

    def __init__(self, loop: IdleLoop, watcher: Watcher) -> None:
        super().__init__()
        self._loop = loop
        self._watcher = watcher

    def select(self, timeout: float | None = None) -> Events:
        """Events that are ready, or none after the clock has moved.

        Args:
            timeout: virtual seconds that the loop has nothing else to do for, as asyncio
                passes them; None for ever.
        """
        events = super().select(0)
        if events or (timeout is not None and timeout <= 0):
            self._loop.turn(has_events=bool(events))
            return events
        return self._loop.idle(super().select)

    def register(self, fileobj: Any, events: int, data: Any = None) -> SelectorKey:
        """Watch a file."""
        key = super().register(fileobj, events, data)
        self._watcher.begin(key.fd)
        return key

    def unregister(self, fileobj: Any) -> SelectorKey:
        """Watch a file no longer."""
        key = super().unregister(fileobj)
        self._watcher.end(key.fd)
        return key
