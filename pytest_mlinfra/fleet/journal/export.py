"""Exchanges as plain data: for programs as JSON, for a person as aligned text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.timeline.labels import as_sent

_HEADINGS = ("#", "start", "seconds", "model", "request", "outcome", "status", "faults")


def as_dict(exchange: Exchange) -> dict[str, Any]:
    """What is known of `exchange`, as JSON can tell it; the body only by its size."""
    return {
        "number": exchange.number,
        "model": exchange.model,
        "method": exchange.method,
        "path": exchange.path,
        "query": exchange.request.query,
        "route": exchange.route,
        "connection": exchange.connection,
        "started": exchange.started,
        "queued": exchange.seconds_queued,
        "first_byte": exchange.first_byte,
        "ended": exchange.ended,
        "seconds": exchange.seconds,
        "outcome": exchange.outcome,
        "status": exchange.status,
        "faults": list(exchange.faults),
        "attempt": exchange.attempt,
        "retry_of": exchange.retry_of,
        "bytes_in": exchange.bytes_in,
        "bytes_out": exchange.bytes_out,
    }


def as_json(exchanges: Iterable[Exchange]) -> str:
    """An array with an object for each of `exchanges`, indented."""
    content = msgspec.json.encode([as_dict(each) for each in exchanges])
    return msgspec.json.format(content, indent=2).decode()


def as_ndjson(exchanges: Iterable[Exchange]) -> str:
    """An object for each of `exchanges`, one a line."""
    return "".join(f"{msgspec.json.encode(as_dict(each)).decode()}\n" for each in exchanges)


def as_text(exchanges: Sequence[Exchange], epoch: float | None = None) -> str:
    """A line for each of `exchanges` below a line of headings, in aligned columns.

    Args:
        exchanges: in the order to be told.
        epoch: the moment from which the column ``start`` counts; None for the first start.
    """
    if epoch is None and exchanges:
        epoch = exchanges[0].started
    table = [_HEADINGS, *(_cells(each, epoch or 0.0) for each in exchanges)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(
            # Numbers stand below each other, by their last digits.
            f"{cell:>{width}}" if heading in ("#", "start", "seconds") else f"{cell:{width}}"
            for cell, width, heading in zip(cells, widths, _HEADINGS, strict=True)
        ).rstrip()
        for cells in table
    )


def _cells(exchange: Exchange, epoch: float) -> tuple[str, ...]:
    return (
        str(exchange.number),
        f"{exchange.started - epoch:.3f}",
        "" if exchange.seconds is None else f"{exchange.seconds:.3f}",
        exchange.model,
        f"{exchange.method} {as_sent(exchange.target)}",
        exchange.outcome,
        "" if exchange.status is None else str(exchange.status),
        ", ".join(exchange.faults),
    )
