"""The log of a running fleet: a line for each request, for a person or for a program."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.journal.export import as_dict
from pytest_mlinfra.fleet.timeline.labels import as_sent, without_middle
from pytest_mlinfra.fleet.timeline.ticks import shown_seconds

# The column of requests grows with them, within these bounds.
_FEWEST_COLUMNS = 16
_MOST_COLUMNS = 40
# Real clocks always count a few microseconds between being queued and being served.
_NOTEWORTHY = 1e-3


class LineLog:
    """Makes an aligned line of each exchange that has ended.

    Args:
        models: the names of all models, for the alignment.
        offset: what to add to the loop's time for the time of day, in seconds.
    """

    def __init__(self, models: Iterable[str], offset: float) -> None:
        self._columns = max(map(len, models))
        self._request_columns = _FEWEST_COLUMNS
        self._offset = offset

    def line(self, exchange: Exchange) -> str:
        """For example ``10:32:05.123  resnet  POST /predict  503  2.1 ms  status``."""
        when = _time_of_day(exchange, self._offset)
        query = f"?{exchange.request.query}" if exchange.request.query else ""
        asked = f"{exchange.method} {as_sent(exchange.path + query)}"
        columns = max(self._request_columns, min(len(asked), _MOST_COLUMNS))
        self._request_columns = columns
        request = without_middle(asked, columns, "…")
        status = "" if exchange.status is None else str(exchange.status)
        return (
            f"{when:%H:%M:%S}.{when.microsecond // 1000:03d}  {exchange.model:{self._columns}}  "
            f"{request:{columns}}  {status:3}  {shown_seconds(exchange.seconds or 0):>8}  "
            f"{_remarks(exchange)}"
        ).rstrip()


class JsonLog:
    """Makes an object of each exchange that has ended, one a line."""

    def __init__(self, offset: float) -> None:
        self._offset = offset

    def line(self, exchange: Exchange) -> str:
        """The keys of the journal's export, with the time of day."""
        when = _time_of_day(exchange, self._offset).isoformat(timespec="milliseconds")
        return event("request", time=when, **as_dict(exchange))


def event(name: str, **told: Any) -> str:
    """Something that happened, as an object of JSON on one line."""
    return msgspec.json.encode({"event": name, **told}).decode()


def _time_of_day(exchange: Exchange, offset: float) -> datetime:
    """When it ended, by this machine's own clock and zone."""
    ended = (exchange.ended or exchange.started) + offset
    return datetime.fromtimestamp(ended, tz=UTC).astimezone()


def _remarks(exchange: Exchange) -> str:
    """What a person would want to know besides the status."""
    parts: list[str] = [] if exchange.outcome == "served" else [exchange.outcome]
    parts += [fault for fault in exchange.faults if fault not in parts]
    if exchange.seconds_queued >= _NOTEWORTHY:
        parts.append(f"queued {shown_seconds(exchange.seconds_queued)}")
    if exchange.attempt > 1:
        parts.append(f"try {exchange.attempt}")
    return ", ".join(parts)
