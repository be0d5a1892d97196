"""One request and what became of it, as the server saw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pytest_mlinfra.fleet.http import Request

Outcome = Literal["in flight", "served", "reset", "cancelled"]


@dataclass(eq=False)
class Exchange:
    """A request from its arrival to its end.

    Attributes:
        model: the name of the model that was asked.
        request: what was asked.
        connection: the number of the connection it came on, counted from 1 per server.
        started: when it had arrived, in seconds of the loop's clock.
        ended: when the last byte was handed over or the exchange broke off, likewise.
        status: the status code of the answer, None if none was sent.
        outcome: ``served`` with an answer, ``reset`` by a fault, ``cancelled`` by the
            client going away, or still ``in flight``.
        arrival: its place among all beginnings and ends that the fleet saw.
        departure: likewise for its end.
    """

    model: str
    request: Request
    connection: int
    started: float
    arrival: int
    ended: float | None = None
    departure: int | None = None
    status: int | None = None
    outcome: Outcome = "in flight"

    @property
    def method(self) -> str:
        """The request's method."""
        return self.request.method

    @property
    def path(self) -> str:
        """The request's path, without its query."""
        return self.request.path

    @property
    def seconds(self) -> float | None:
        """How long it took, exactly; None while it is in flight."""
        return None if self.ended is None else round(self.ended - self.started, 9)
