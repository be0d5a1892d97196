"""The loop whose clock two processes share, in the process that owns it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from math import inf
from typing import Any, Protocol
from weakref import WeakSet

from pytest_mlinfra.clock.lockstep.following import BUSY_TURNS
from pytest_mlinfra.clock.loop import VirtualLoop
from pytest_mlinfra.clock.selector import Events, Poll

_HERE = "127.0.0.1"


class Follower(Protocol):
    """The process that runs when the leader lets it."""

    @property
    def next_timer(self) -> float:
        """When its next timer is due, in virtual seconds; infinite if it has none."""
        ...

    def run(self, now: float) -> None:
        """Let it run at the moment `now` until it has nothing left to do."""
        ...

    def describe_deadlock(self) -> str:
        """Who of its tasks waits for what, drawn."""
        ...


class LeadingLoop(VirtualLoop):
    """A virtual loop that takes turns with a follower, if it has one.

    Attributes:
        follower: the other process; None while there is none.
        new_socket: makes TCP sockets in the network of the other process, where the
            servers are; None if both share one.
    """

    _ready: Any

    def __init__(self) -> None:
        self.follower: Follower | None = None
        self.new_socket: Callable[[], socket.socket] | None = None
        self._made: WeakSet[socket.socket] = WeakSet()
        super().__init__()

    async def create_connection(
        self, protocol_factory: Any, host: Any = None, port: Any = None, **options: Any
    ) -> Any:
        """Connect, to where the other process may as well."""
        if self.new_socket is None or host != _HERE:
            return await super().create_connection(protocol_factory, host, port, **options)
        made = self.new_socket()
        self._made.add(made)
        try:
            made.setblocking(False)
            await self.sock_connect(made, (host, port))
        except BaseException:
            made.close()
            raise
        options.pop("local_addr", None)
        if options.get("ssl"):
            options.setdefault("server_hostname", host)
        return await super().create_connection(protocol_factory, sock=made, **options)

    @property
    def own_addresses(self) -> set[tuple[str, int]]:
        """The addresses of this process's own ends of such connections, those still open."""
        return {made.getsockname()[:2] for made in self._made if made.fileno() >= 0}

    def turn(self, *, has_events: bool) -> None:
        """Take notice of a turn in which there is something to do; see `VirtualLoop.turn`."""
        super().turn(has_events=has_events)
        if self.follower and self._busy_turns and not self._busy_turns % BUSY_TURNS:
            self.follower.run(self._now)

    def _wait(self, poll: Poll) -> Events | None:
        events = super()._wait(poll)
        if events is not None or self.follower is None:
            return events
        self.follower.run(self._now)
        events = poll(0)
        return events if events or self._ready else None

    def _until_next_timer(self) -> float:
        theirs = self.follower.next_timer - self._now if self.follower else inf
        return min(super()._until_next_timer(), theirs)

    def _jump(self) -> None:
        """Move the clock to the earlier of both next timers."""
        follower = self.follower
        if follower is None or super()._until_next_timer() <= follower.next_timer - self._now:
            super()._jump()
        else:
            self._move_to(max(self._now, follower.next_timer))

    def describe_deadlock(self) -> str:
        """Who waits for what on both sides, drawn; see `VirtualLoop.describe_deadlock`."""
        theirs = self.follower.describe_deadlock() if self.follower else ""
        return theirs or super().describe_deadlock()
