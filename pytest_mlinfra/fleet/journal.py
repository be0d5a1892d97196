"""What the servers saw: every exchange of a fleet, in order, and questions about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import overload

from pytest_mlinfra.fleet.exchange import Exchange, Outcome
from pytest_mlinfra.fleet.http import Request
from pytest_mlinfra.fleet.timeline import draw_timeline


class Journal(Sequence[Exchange]):
    """A list of exchanges in order of arrival.

    The fleet's own journal grows as requests arrive; what `of` and `to` return is a
    snapshot.
    """

    def __init__(self, exchanges: Iterable[Exchange] = ()) -> None:
        self._exchanges = list(exchanges)
        self._events = 0

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> list[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | list[Exchange]:
        return self._exchanges[index]

    def __len__(self) -> int:
        return len(self._exchanges)

    def __repr__(self) -> str:
        count = "1 exchange" if len(self) == 1 else f"{len(self)} exchanges"
        return f"<Journal of {count}>"

    def of(self, model: str) -> Journal:
        """The exchanges with one model."""
        return self._where(lambda exchange: exchange.model == model)

    def to(self, path: str) -> Journal:
        """The exchanges on one path."""
        return self._where(lambda exchange: exchange.path == path)

    def with_outcome(self, outcome: Outcome) -> Journal:
        """The exchanges that ended in one way."""
        return self._where(lambda exchange: exchange.outcome == outcome)

    @property
    def peak_in_flight(self) -> int:
        """The largest number of requests that were being served at one moment."""
        changes = [(exchange.arrival, 1) for exchange in self]
        changes += [(each.departure, -1) for each in self if each.departure is not None]
        peak = current = 0
        for _, change in sorted(changes):
            current += change
            peak = max(peak, current)
        return peak

    @property
    def connections(self) -> int:
        """How many connections the requests came on."""
        return len({(exchange.model, exchange.connection) for exchange in self})

    def timeline(self, width: int = 80) -> str:
        """The exchanges as bars over time, at most `width` columns wide."""
        return draw_timeline(self, width)

    def begin(self, model: str, request: Request, connection: int, now: float) -> Exchange:
        """Write down that a request has arrived."""
        exchange = Exchange(model, request, connection, started=now, arrival=self._next_event())
        self._exchanges.append(exchange)
        return exchange

    def end(self, exchange: Exchange, outcome: Outcome, now: float) -> None:
        """Write down how `exchange` ended."""
        exchange.outcome = outcome
        exchange.ended = now
        exchange.departure = self._next_event()

    def _next_event(self) -> int:
        self._events += 1
        return self._events

    def _where(self, condition: Callable[[Exchange], bool]) -> Journal:
        return Journal(exchange for exchange in self if condition(exchange))
