"""One request, or one connection, that a fault has met."""

from __future__ import annotations

import asyncio
from functools import cached_property
from random import Random

from pytest_mlinfra.fleet.http import Request

_DIGITS = 9


class Record:
    """What a fault that is in place has met so far.

    Attributes:
        placed: when it was put in place, in seconds of the loop's clock; None if the
            server has not started since.
        met: how many requests or connections it has met.
        first_met: when it met the first, in seconds since it was put in place.
        admitted: how many that it let pass are still in flight.
    """

    def __init__(self, placed: float | None) -> None:
        self.restart(placed)

    def restart(self, placed: float | None) -> None:
        """Begin from the beginning."""
        self.placed = placed
        self.met = 0
        self.first_met: float | None = None
        self.admitted = 0

    @property
    def elapsed(self) -> float:
        """How many seconds ago it was put in place; 0 before the server's start."""
        if self.placed is None:
            return 0.0
        return round(asyncio.get_running_loop().time() - self.placed, _DIGITS)


class Moment:
    """The meeting of a fault with one request, or with one connection.

    Attributes:
        number: its number among all that the fault has met, counted from 1.
        request: the request; None for a connection.
    """

    def __init__(self, record: Record, key: str, request: Request | None = None) -> None:
        record.met += 1
        self.number = record.met
        self.request = request
        self._record = record
        self._key = key
        self._admitted = False
        if record.first_met is None:
            record.first_met = record.elapsed

    @cached_property
    def random(self) -> Random:
        """Chance that is the same for the same fault, model and number, run after run."""
        return Random(f"{self._key}/{self.number}")  # noqa: S311 - chance for a fake, no secret

    @property
    def elapsed(self) -> float:
        """How many seconds ago the fault was put in place, now."""
        return self._record.elapsed

    @property
    def since_first(self) -> float:
        """How many seconds ago the fault met its first request."""
        return round(self.elapsed - (self._record.first_met or 0), _DIGITS)

    @property
    def in_flight(self) -> int:
        """How many requests that were admitted are still in flight."""
        return self._record.admitted

    def admit(self) -> None:
        """Count the request as in flight until it is over."""
        self._record.admitted += 1
        self._admitted = True

    def over(self) -> None:
        """The request has been answered, or has broken off."""
        if self._admitted:
            self._record.admitted -= 1
            self._admitted = False
