"""Which exchanges get a row of the picture, and what stands beside their bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.figures import peak_in_flight
from pytest_mlinfra.fleet.timeline.labels import aligned, as_sent, without_middle


@dataclass(frozen=True)
class Row:
    """A row of the picture.

    Attributes:
        exchanges: the one that is drawn, or the several that are only counted.
        label: who was asked for what.
        note: what came of it.
    """

    exchanges: Sequence[Exchange]
    label: str
    note: str

    @property
    def is_elided(self) -> bool:
        """Whether it stands for exchanges that are not drawn one by one."""
        return len(self.exchanges) > 1


@dataclass(frozen=True)
class Table:
    """The rows from top to bottom.

    Attributes:
        rows: at least one.
        corner: what every row would say, and is said once.
        shows_connections: whether the labels name connections: some have several requests.
        common_faults: the faults that befell every one of several exchanges, and are not
            noted with each.
    """

    rows: list[Row]
    corner: str
    shows_connections: bool
    common_faults: tuple[str, ...]


def table_of(exchanges: Sequence[Exchange], most: int, room: int, ellipsis: str) -> Table:
    """The rows for `exchanges`.

    Args:
        exchanges: at least one, in the order to be drawn.
        most: how many rows there may be, at least 5.
        room: the most characters of a label.
        ellipsis: what stands for something that is left out.
    """
    groups = _groups(exchanges, most)
    columns = [[part(each) for each in exchanges] for part in (_model, _request)]
    told = [column for column in columns if len(set(column)) > 1]
    corner = " ".join(column[0] for column in columns if len(set(column)) == 1)
    if not told:
        told = [[str(each.number) for each in exchanges]]
    shows_connections = len({each.connection for each in exchanges}) < len(exchanges)
    if shows_connections:
        told.append([f"#{each.connection}" for each in exchanges])
    cells = dict(zip(exchanges, zip(*told, strict=True), strict=True))
    drawn = [group[0] for group in groups if len(group) == 1]
    lines = aligned([cells[each] for each in drawn], room, ellipsis)
    labels = dict(zip(drawn, lines, strict=True))
    faults = {tuple(each.faults) for each in exchanges}
    common = faults.pop() if len(faults) == 1 and len(exchanges) > 1 else ()
    rows = [
        (
            Row(group, labels[group[0]], _note(group[0], common))
            if len(group) == 1
            else Row(group, f"{ellipsis} {len(group)} more", _summary(group))
        )
        for group in groups
    ]
    corner = without_middle(corner, room, ellipsis)
    return Table(rows, corner, shows_connections, common)


def _model(exchange: Exchange) -> str:
    return exchange.model


def _request(exchange: Exchange) -> str:
    return f"{exchange.method} {as_sent(exchange.path)}"


# Leaving out.


def _groups(exchanges: Sequence[Exchange], most: int) -> list[Sequence[Exchange]]:
    """Each exchange by itself, or where there are too many, some of them together.

    Long runs of exchanges that are alike are left out first: what differs is what a
    reader looks for. If that is not enough, all between the beginning and the end is.
    """
    runs = [list(alike) for _, alike in groupby(exchanges, _kind)]
    for kept in range(most, 1, -1):
        groups = [group for run in runs for group in _without_middle(run, kept)]
        if len(groups) <= most:
            return groups
    return list(_without_middle(exchanges, most))


def _without_middle(run: Sequence[Exchange], most: int) -> Iterator[Sequence[Exchange]]:
    """The exchanges of `run` one by one, or as `most` rows of which one is left out."""
    tail = max(1, most // 5)
    head = max(1, most - tail - 1)
    if len(run) <= max(most, head + tail + 1):
        yield from ([each] for each in run)
        return
    yield from ([each] for each in run[:head])
    yield run[head:-tail]
    yield from ([each] for each in run[-tail:])


def _kind(exchange: Exchange) -> object:
    """What makes two exchanges alike to a reader."""
    first = exchange.attempt == 1
    return _request(exchange), exchange.outcome, exchange.status, tuple(exchange.faults), first


# What came of it.


def result(exchange: Exchange) -> str:
    """The status code of an answer that went out whole, or how the exchange ended."""
    if exchange.outcome in ("served", "faulted") and exchange.status is not None:
        return str(exchange.status)
    return exchange.outcome


def _note(exchange: Exchange, common: Sequence[str]) -> str:
    said = result(exchange)
    attempt = f"try {exchange.attempt}" if exchange.attempt > 1 else ""
    faults = [fault for fault in exchange.faults if fault != said and fault not in common]
    return " ".join(part for part in (said, attempt, ", ".join(faults)) if part)


def _summary(exchanges: Sequence[Exchange]) -> str:
    """The results of those that are not drawn, the most frequent ones first."""
    counted = Counter(result(each) for each in exchanges).most_common(2)
    results = counted[0][0] if len(counted) == 1 else ", ".join(f"{r} ({n})" for r, n in counted)
    return f"{results}, up to {peak_in_flight(exchanges)} at once"
