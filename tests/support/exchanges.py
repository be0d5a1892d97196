"""A journal written by hand, for tests of what is made of it."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_mlinfra.fleet import Exchange, Journal, Request
from pytest_mlinfra.fleet.exchange import Outcome
from pytest_mlinfra.fleet.http import Headers
from pytest_mlinfra.fleet.journal import ConnectionRecord


@dataclass(frozen=True)
class Told:
    """One request of a story. Times are seconds; an `end` of None leaves it in flight.

    A `connection` names one; requests that name none come on connections of their own.
    """

    start: float
    end: float | None
    what: str = "GET /health"
    model: str = "model"
    status: int | None = 200
    outcome: Outcome = "served"
    faults: tuple[str, ...] = ()
    first_byte: float | None = None
    queued: float = 0
    connection: str | None = None
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


def written(*told: Told, journal: Journal | None = None) -> Journal:
    """The journal in which all that was told is written down in the order of time.

    At equal times ends come before beginnings, and else the order of telling counts.
    """
    journal = Journal() if journal is None else journal
    moments = [(each.start, 1, place, each) for place, each in enumerate(told)]
    for place, each in enumerate(told):
        if each.end is not None:
            order = 2 if each.end == each.start else 0
            moments.append((each.end, order, place, each))
    begun: dict[int, Exchange] = {}
    records: dict[str, ConnectionRecord] = {}
    for when, order, place, each in sorted(moments, key=lambda moment: moment[:3]):
        if order == 1:
            name = each.connection or f"of number {place}"
            if name not in records:
                records[name] = journal.opened("server", when)
            begun[place] = _begin(journal, records[name].number, each)
        else:
            _end(journal, begun[place], each, when)
    return journal


def _begin(journal: Journal, connection: int, told: Told) -> Exchange:
    method, _, target = told.what.partition(" ")
    path, _, query = target.partition("?")
    request = Request(method, path, query, Headers(told.headers), told.body, target=target)
    exchange = journal.begin(told.model, request, connection, told.start, route=path)
    exchange.faults += told.faults
    if told.queued:
        exchange.queued(told.start, told.start + told.queued)
    if told.end is None and told.first_byte is not None:
        exchange.sent(100, told.first_byte)
    return exchange


def _end(journal: Journal, exchange: Exchange, told: Told, when: float) -> None:
    if told.outcome in ("served", "faulted"):
        exchange.status = told.status
        exchange.sent(100, when if told.first_byte is None else told.first_byte)
    journal.end(exchange, told.outcome, when)


def staircase(count: int = 5, seconds: float = 0.5) -> Journal:
    """Health checks of as many models, one after another."""
    steps = [
        Told(round(step * seconds, 9), round((step + 1) * seconds, 9), model=f"model-{step}")
        for step in range(count)
    ]
    return written(*steps)


def together(count: int = 5, seconds: float = 0.5) -> Journal:
    """Health checks of as many models, all at once."""
    return written(*(Told(0, seconds, model=f"model-{number}") for number in range(count)))


def retries(pauses: tuple[float, ...] = (1, 2, 4), seconds: float = 0.1) -> Journal:
    """A request that fails before each pause, and is served after the last one."""
    told, now = [], 0.0
    for pause in (*pauses, None):
        failed = pause is not None
        told.append(
            Told(
                now,
                round(now + seconds, 9),
                "POST /predict",
                model="resnet",
                status=503 if failed else 200,
                outcome="faulted" if failed else "served",
                faults=("status",) if failed else (),
                body=b'{"x":1}',
            )
        )
        now = round(now + seconds + (pause or 0), 9)
    return written(*told)
