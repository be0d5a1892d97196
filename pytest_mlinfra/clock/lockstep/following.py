"""The loop that follows the clock of another process."""

from __future__ import annotations

import math
import selectors
from typing import Protocol

from pytest_mlinfra.clock.loop import VirtualLoop
from pytest_mlinfra.clock.selector import Events

# Real seconds that work in flight in a thread or process of this loop's is waited for.
_WAIT = 5.0


class Leader(Protocol):
    """The process that owns the clock."""

    def wait_for_turn(self, next_timer: float) -> float:
        """Hand the turn over and wait for the next.

        Args:
            next_timer: when this process has something to do at the latest, in virtual
                seconds; infinite if that is never by itself.

        Returns:
            The moment, in virtual seconds, at which this process may go on.
        """
        ...


class FollowingLoop(VirtualLoop):
    """A virtual loop whose time is whatever its leader says."""

    def __init__(self, leader: Leader, now: float = 0.0) -> None:
        self.leader = leader
        super().__init__(_FollowingSelector(self))
        self._now = now

    def await_turn(self) -> None:
        """Hand the turn over; on return, time may have moved."""
        next_timer = self._scheduled[0].when() if self._scheduled else math.inf
        self.move_to(self.leader.wait_for_turn(next_timer))

    def move_to(self, now: float) -> None:
        """Take over the leader's time, which never goes back."""
        self._now = max(self._now, now)

    @property
    def has_ready_work(self) -> bool:
        """Whether callbacks wait to be run at once."""
        return bool(self._ready)


class _FollowingSelector(selectors.DefaultSelector):
    """Polls; when nothing is ready, hands the turn over."""

    def __init__(self, loop: FollowingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Events:
        """Events that are ready now, after a turn of the leader's if there were none."""
        events = super().select(0)
        if events or (timeout is not None and timeout <= 0):
            return events
        if self._loop.has_work_in_flight():
            events = super().select(_WAIT)
            if events or self._loop.has_ready_work:
                return events
        self._loop.await_turn()
        return super().select(0)
