"""What the marks of a picture mean: of those that occur, and of no others."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_mlinfra.fleet.exchange import Exchange, Outcome
from pytest_mlinfra.fleet.timeline.rows import Table
from pytest_mlinfra.fleet.timeline.scale import Scale
from pytest_mlinfra.fleet.timeline.ticks import shown_seconds

_ENDS: dict[Outcome, str] = {
    "faulted": "answered or spoilt by a fault",
    "reset": "reset",
    "cancelled": "cancelled by the client",
    "in flight": "still in flight",
}


def legend_of(table: Table, scale: Scale) -> Iterator[tuple[str, str]]:
    """The name of each mark that occurs in the picture, and what it means.

    Yields:
        ``queued``, ``waiting``, ``streaming``, an outcome, ``retry``, ``faults``,
        ``connection`` or ``cut``; and the words for it.
    """
    drawn = [row.exchanges[0] for row in table.rows if not row.is_elided]
    queued = any(_shows_queue(each, scale) for each in drawn)
    streaming = any(_shows_stream(each, scale) for each in drawn)
    if queued:
        yield "queued", "queued"
    if queued or streaming:
        yield "waiting", "until the first byte"
    if streaming:
        yield "streaming", "streaming"
    outcomes = {each.outcome for each in drawn}
    yield from ((outcome, words) for outcome, words in _ENDS.items() if outcome in outcomes)
    if any(each.attempt > 1 for each in drawn):
        yield "retry", "repeats a failed request"
    if table.common_faults:
        yield "faults", f"every request: {', '.join(table.common_faults)}"
    if table.shows_connections:
        yield "connection", "number of the connection"
    for cut in scale.cuts:
        yield "cut", f"{shown_seconds(cut.end - cut.start)} in which nothing happens"


def _shows_queue(exchange: Exchange, scale: Scale) -> bool:
    since, until = exchange.queued_from, exchange.queued_until
    return since is not None and until is not None and scale.tells_apart(since, until)


def _shows_stream(exchange: Exchange, scale: Scale) -> bool:
    first_byte = exchange.first_byte
    end = scale.end if exchange.ended is None else exchange.ended
    return first_byte is not None and scale.tells_apart(first_byte, end)
