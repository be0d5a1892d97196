"""The loop whose clock two processes share, in the process that owns it."""

from __future__ import annotations

import math
import selectors
from typing import Protocol

from pytest_mlinfra.clock.loop import VirtualLoop
from pytest_mlinfra.clock.selector import Events

# Real seconds that work in flight in a thread or process of the leader's is waited for.
_WAIT = 5.0
# Real seconds for what a thread that nobody counted may still hand over.
_GRACE = 0.02


class Follower(Protocol):
    """The process that runs when the leader lets it."""

    @property
    def next_timer(self) -> float:
        """When its next timer is due, in virtual seconds; infinite if it has none."""
        ...

    def run(self, now: float) -> None:
        """Let it run at the moment `now` until it has nothing left to do."""
        ...


class LeadingLoop(VirtualLoop):
    """A virtual loop that takes turns with a follower, if it has one.

    Attributes:
        follower: the other process; None while there is none.
    """

    def __init__(self) -> None:
        self.follower: Follower | None = None
        super().__init__(_LeadingSelector(self))

    @property
    def next_timer(self) -> float:
        """When this loop's own next timer is due; infinite if it has none."""
        return self._scheduled[0].when() if self._scheduled else math.inf

    @property
    def has_ready_work(self) -> bool:
        """Whether callbacks wait to be run at once."""
        return bool(self._ready)


class _LeadingSelector(selectors.DefaultSelector):
    """Polls; when nothing is ready, lets the follower run, and then lets time jump."""

    def __init__(self, loop: LeadingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Events:
        """Events that are ready now, or none after something else has changed."""
        loop = self._loop
        events = super().select(0)
        if events or (timeout is not None and timeout <= 0):
            return events
        if loop.has_work_in_flight():
            events = super().select(_WAIT)
            if events or loop.has_ready_work:
                return events
        follower = loop.follower
        if follower is not None:
            follower.run(loop.time())
            events = super().select(0)
            if events or loop.has_ready_work:
                return events
        due = min(loop.next_timer, follower.next_timer if follower else math.inf)
        if due < math.inf:
            loop.jump_to(due)
            return []
        events = super().select(_GRACE)
        if not events:
            loop.stall()
        return events
