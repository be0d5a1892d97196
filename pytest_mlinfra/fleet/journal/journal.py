"""What the servers saw: every exchange of a fleet, written down as it happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.exchange import Exchange, Outcome
from pytest_mlinfra.fleet.http import Request
from pytest_mlinfra.fleet.journal.connection import ConnectionRecord
from pytest_mlinfra.fleet.journal.exchanges import Background, Exchanges
from pytest_mlinfra.fleet.journal.retries import RetrySeries

Listener = Callable[[Exchange], None]
LIMIT = 10_000
BODY_BYTES = 32 * 2**20


class Journal(Exchanges):
    """The exchanges of one or several servers; grows as requests arrive.

    What its questions give is a snapshot of its own and no longer grows.

    Args:
        limit: the requests to keep at least; of more, the oldest that have ended are
            forgotten, a tenth of `limit` at a time. None keeps all of them.
        body_bytes: the bytes of requests' bodies to keep in all; of more, the oldest
            bodies are forgotten, though not their requests. None keeps all of them.

    Raises:
        FleetError: a bound is below 0.
    """

    def __init__(self, limit: int | None = LIMIT, body_bytes: int | None = BODY_BYTES) -> None:
        super().__init__()
        for name, bound in (("limit", limit), ("body_bytes", body_bytes)):
            if bound is not None and bound < 0:
                raise FleetError(f"the {name} of a journal is at least 0, not {bound}")
        self._limit = limit
        self._body_bytes = body_bytes
        self._total = 0
        self._events = 0
        self._bytes_kept = 0
        self._epoch: float | None = None
        self._connections: dict[int, ConnectionRecord] = {}
        self._connection_count = 0
        self._retries = RetrySeries()
        self._listeners: list[Listener] = []

    @property
    def total(self) -> int:
        """How many requests there have been, including those that it has forgotten."""
        return self._total

    @property
    def forgotten(self) -> int:
        """How many requests it has forgotten, to stay within `limit`."""
        return self._total - len(self)

    @property
    def background(self) -> Background:
        """What the snapshots that are taken of it know of it."""
        return Background(self._epoch, self._connections, self.forgotten, self._exchanges)

    @property
    def connection_records(self) -> list[ConnectionRecord]:
        """Every connection that it knows of, also those on which no request came."""
        return list(self._connections.values())

    def watch(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each exchange when it begins and again when it has ended.

        Returns:
            A function that ends this.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def clear(self) -> None:
        """Forget all requests that have ended; the timeline begins anew."""
        self._exchanges = [each for each in self._exchanges if each.ended is None]
        self._bytes_kept = sum(len(each.request.body) for each in self._exchanges)
        self._epoch = self._exchanges[0].started if self._exchanges else None
        self._retries = RetrySeries()
        self._forget_connections()

    # What the servers write down.

    def opened(self, server: str, now: float) -> ConnectionRecord:
        """Write down that a connection was made to `server`."""
        self._connection_count += 1
        record = ConnectionRecord(self._connection_count, server, opened=now)
        self._connections[record.number] = record
        return record

    def closed(self, record: ConnectionRecord, now: float) -> None:
        """Write down that a connection has ended."""
        record.closed = now
        if self._limit is not None and len(self._connections) > 2 * self._limit:
            self._forget_connections()

    def begin(
        self, model: str, request: Request, connection: int, now: float, route: str | None = None
    ) -> Exchange:
        """Write down that a request has arrived."""
        if self._epoch is None:
            self._epoch = now
        self._total += 1
        exchange = Exchange(
            model=model,
            request=request,
            connection=connection,
            started=now,
            arrival=self._next_event(),
            number=self._total,
            route=route,
            bytes_in=request.size,
        )
        self._retries.begin(exchange)
        self._exchanges.append(exchange)
        if connection in self._connections:
            self._connections[connection].requests += 1
        self._stay_in_bounds(len(request.body))
        self._tell(exchange)
        return exchange

    def end(self, exchange: Exchange, outcome: Outcome, now: float) -> None:
        """Write down how `exchange` ended."""
        exchange.outcome = outcome
        exchange.ended = now
        exchange.departure = self._next_event()
        self._retries.end(exchange)
        self._tell(exchange)

    def _next_event(self) -> int:
        self._events += 1
        return self._events

    def _tell(self, exchange: Exchange) -> None:
        for listener in tuple(self._listeners):
            listener(exchange)

    # Staying small.

    def _stay_in_bounds(self, body_bytes: int) -> None:
        self._bytes_kept += body_bytes
        if self._limit is not None and len(self) > self._limit + self._limit // 10:
            self._forget_exchanges(len(self) - self._limit)
        if self._body_bytes is not None and self._bytes_kept > self._body_bytes:
            self._forget_bodies(self._body_bytes)

    def _forget_exchanges(self, surplus: int) -> None:
        """Forget the `surplus` oldest that have ended."""
        kept = []
        for exchange in self._exchanges:
            if surplus and exchange.ended is not None:
                surplus -= 1
                self._bytes_kept -= len(exchange.request.body)
            else:
                kept.append(exchange)
        self._exchanges = kept

    def _forget_bodies(self, allowed: int) -> None:
        """Forget the oldest bodies, so many that a tenth of what is allowed is free again."""
        for exchange in self._exchanges:
            size = len(exchange.request.body)
            if not size:
                continue
            if self._bytes_kept <= allowed - allowed // 10:
                return
            exchange.request = replace(exchange.request, body=b"")
            self._bytes_kept -= size

    def _forget_connections(self) -> None:
        """Forget the connections that have ended and whose requests are forgotten, too."""
        needed = {exchange.connection for exchange in self._exchanges}
        self._connections = {
            number: record
            for number, record in self._connections.items()
            if record.is_open or number in needed
        }
