"""The loop that follows the clock of another process."""

from __future__ import annotations

from typing import Protocol

from pytest_mlinfra.clock.loop import VirtualLoop
from pytest_mlinfra.clock.outside import Outside
from pytest_mlinfra.clock.selector import Events, Poll
from pytest_mlinfra.errors import DeadlockError

# Real seconds for which what happens elsewhere, in a thread or a child that waits for
# something unknown, may keep the turn: what it waits for may be the leader's to give.
_PATIENCE = 0.5
# Turns of the loop without a pause after which somebody is taken to wait for the leader.
BUSY_TURNS = 500


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
    """A virtual loop whose time is whatever its leader says.

    Args:
        leader: who owns the clock.
        now: the moment at which the loop begins, in virtual seconds.
    """

    def __init__(self, leader: Leader, now: float = 0.0) -> None:
        super().__init__()
        self.leader = leader
        self.move_to(now)
        # Connections lead to the leader, who brings what they bring while it has the turn.
        self.in_flight.outside = Outside()

    def move_to(self, now: float) -> None:
        """Take over the leader's time, which never goes back."""
        if now > self._now:
            self._move_to(now)

    @property
    def next_timer(self) -> float:
        """When the loop's next timer is due, in virtual seconds; infinite without one."""
        return self._now + self._until_next_timer()

    def turn(self, *, has_events: bool) -> None:
        """Take notice of a turn in which there is something to do; see `VirtualLoop.turn`."""
        super().turn(has_events=has_events)
        if self._busy_turns and not self._busy_turns % BUSY_TURNS:
            self._hand_over(self._now)

    def _wait(self, poll: Poll) -> Events | None:
        return self.in_flight.wait(poll, lambda: min(self._until_next_timer(), _PATIENCE)) or None

    def _pass_time(self, poll: Poll) -> Events:
        self._hand_over(self.next_timer)
        return poll(0)

    def fail_for_deadlock(self) -> None:
        """End what the loop was asked to do: nothing will ever wake it.

        Raises:
            DeadlockError: it cannot be ended otherwise.
        """
        self._fail(DeadlockError(self.describe_deadlock()))

    def _hand_over(self, next_timer: float) -> None:
        self.move_to(self.leader.wait_for_turn(next_timer))
