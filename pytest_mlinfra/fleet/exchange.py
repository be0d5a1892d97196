"""One request and what became of it, as the server saw it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import msgspec

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.http import Request

Outcome = Literal["in flight", "served", "faulted", "reset", "cancelled"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(eq=False, slots=True)
class Exchange:
    """A request from its arrival to its end. All times are seconds of the loop's clock.

    Attributes:
        model: the name of the model that was asked.
        request: what was asked.
        connection: the number of the connection it came on, counted from 1 per journal.
        started: when it had arrived.
        arrival: its place among all beginnings and ends that the journal saw.
        number: its place among the requests of the journal, counted from 1.
        route: the path of the route that answered, with its ``{parameters}``; None if
            there was none.
        attempt: 1, or more for a request that repeats one that had failed; counted
            over the whole series of them.
        retry_of: the number of the request that it repeats; None for a first attempt.
        queued_from: since when it waited for a free slot of the model; None if it
            never had to.
        queued_until: until when.
        first_byte: when the first byte of the answer was handed over; None if none was.
        ended: when the last byte was handed over or the exchange broke off.
        departure: like `arrival`, for its end.
        status: the status code of the answer, None if none was sent.
        outcome: ``served`` with the model's own answer, however late; ``faulted`` if a
            fault answered in its place or spoilt it; ``reset`` by a fault; ``cancelled``
            by the client going away; or still ``in flight``.
        faults: the kinds of the faults that befell it, outermost first.
        bytes_in: the size of the request's body.
        bytes_out: how many bytes of the answer were handed over, its head included.
    """

    model: str
    request: Request
    connection: int
    started: float
    arrival: int
    number: int = 1
    route: str | None = None
    attempt: int = 1
    retry_of: int | None = None
    queued_from: float | None = None
    queued_until: float | None = None
    first_byte: float | None = None
    ended: float | None = None
    departure: int | None = None
    status: int | None = None
    outcome: Outcome = "in flight"
    faults: list[str] = field(default_factory=list)
    bytes_in: int = 0
    bytes_out: int = 0

    @property
    def method(self) -> str:
        """The request's method."""
        return self.request.method

    @property
    def path(self) -> str:
        """The request's path, decoded and without its query.

        On a port that several models share, without the model's name before it.
        """
        return self.request.path

    @property
    def target(self) -> str:
        """What was asked for as it was sent: path and query, percent-encoded."""
        return self.request.target or self.path

    @property
    def seconds(self) -> float | None:
        """How long it took, exactly; None while it is in flight."""
        return None if self.ended is None else round(self.ended - self.started, 9)

    @property
    def seconds_to_first_byte(self) -> float | None:
        """How long the answer's first byte took, exactly; None if there was none."""
        return None if self.first_byte is None else round(self.first_byte - self.started, 9)

    @property
    def seconds_queued(self) -> float:
        """How long it waited for a free slot of the model, exactly; 0 if it had one at once."""
        if self.queued_from is None or self.queued_until is None:
            return 0.0
        return round(self.queued_until - self.queued_from, 9)

    @property
    def failed(self) -> bool:
        """Whether a client may want to try again: no answer, or one that asks for that."""
        if self.outcome in ("reset", "cancelled", "faulted"):
            return True
        return self.outcome == "served" and is_failure(self.status)

    @property
    def body(self) -> bytes:
        """The request's body.

        Raises:
            FleetError: the journal has not kept it, to stay within its bound.
        """
        if self.bytes_in and not self.request.body:
            why = "Journal(body_bytes=None) keeps all of them"
            if self.request.upload is not None:
                why = "its route does not want it in memory"
            raise FleetError(
                f"the body of request {self.number} ({self.bytes_in:,} bytes) was not kept: {why}"
            )
        return self.request.body

    def json(self) -> Any:
        """The request's body as JSON.

        Raises:
            FleetError: it is not valid JSON, or the journal has not kept it.
        """
        try:
            return msgspec.json.decode(self.body)
        except msgspec.DecodeError as error:
            raise FleetError(
                f"the body of request {self.number} ({self.method} {self.path}) is not valid "
                f"JSON: {error}"
            ) from error

    # What the server writes down.

    def sent(self, size: int, now: float) -> None:
        """Take note of `size` bytes of the answer, handed over `now`."""
        if self.first_byte is None:
            self.first_byte = now
        self.bytes_out += size

    def queued(self, since: float, until: float) -> None:
        """Take note that it waited for a free slot of the model."""
        self.queued_from = since
        self.queued_until = until


def is_failure(status: int | None) -> bool:
    """Whether a status code asks for another try: time-outs, overload, the server's errors."""
    return status in (408, 425, 429) or (status is not None and status >= 500)  # noqa: PLR2004


_current: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


def current_exchange() -> Exchange | None:
    """The exchange that the running task is answering; None outside of any.

    By it a model writes down what only it knows, for instance how long a request had
    to wait for a free slot.
    """
    return _current.get()


@contextmanager
def answering(exchange: Exchange) -> Iterator[None]:
    """Make `exchange` the current one of the running task."""
    token = _current.set(exchange)
    try:
        yield
    finally:
        _current.reset(token)
