"""A selector that lets time jump instead of waiting for it."""

from __future__ import annotations

import selectors
from typing import Protocol


class Timekeeper(Protocol):
    """What the selector asks of the loop that it serves."""

    def has_work_in_flight(self) -> bool:
        """Whether threads or processes are at work whose end the loop awaits."""
        ...

    def jump(self) -> None:
        """Move the clock to the next timer."""
        ...

    def has_timer(self) -> bool:
        """Whether any timer is set."""
        ...

    def stall(self) -> None:
        """Deal with a loop that nothing will ever wake."""
        ...


# Longest wait, in real seconds, for work in flight that shows no sign of life
# before the clock goes on without it: such work may itself wait for the clock.
PATIENCE = 5.0
# Real seconds that a loop with no timer is given before it counts as stalled:
# enough for a thread that nobody counted to hand over its result.
GRACE = 0.02

Events = list[tuple[selectors.SelectorKey, int]]


class JumpingSelector(selectors.DefaultSelector):
    """Polls; when nothing is ready and nothing is in flight, asks for a jump."""

    def __init__(self, timekeeper: Timekeeper) -> None:
        super().__init__()
        self._timekeeper = timekeeper

    def select(self, timeout: float | None = None) -> Events:
        """Events that are ready now, or none after the clock has moved.

        Args:
            timeout: virtual seconds that the loop has nothing else to do for,
                as asyncio passes them; None for ever.
        """
        events = super().select(0)
        if events or (timeout is not None and timeout <= 0):
            return events
        if self._timekeeper.has_work_in_flight():
            events = super().select(PATIENCE)
            if events:
                return events
        if self._timekeeper.has_timer():
            self._timekeeper.jump()
            return []
        events = super().select(GRACE)
        if not events:
            self._timekeeper.stall()
        return events
