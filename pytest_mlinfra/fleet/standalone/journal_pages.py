"""The part of the admin API that shows what the servers saw."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec

from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.journal import Exchanges, Journal
from pytest_mlinfra.fleet.journal.export import as_dict
from pytest_mlinfra.fleet.protocols.query import Query

_LAST = 100
_WIDEST = 400
_NDJSON = "application/x-ndjson"


class JournalPages:
    """Answers about a journal.

    Args:
        journal: of the running fleet.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def journal(self, request: Request) -> Response:
        """The last requests, or with ``follow`` each further one as soon as it has ended."""
        query = Query(request)
        chosen = self._chosen(query, _LAST)
        form = query.choice("format", ("json", "ndjson", "text"))
        if query.choice("follow", ("no", "yes")) == "yes":
            stream = self._further(query)
            return Response(headers={"content-type": _NDJSON}, stream=stream)
        match form:
            case "ndjson":
                return _text(chosen.as_ndjson(), _NDJSON)
            case "text":
                return _text(f"{chosen.as_text()}\n")
            case _:
                return _text(chosen.as_json(), "application/json")

    def clear(self, _request: Request) -> Response:
        """Forget all requests that have ended."""
        self._journal.clear()
        return Response.of_json({"requests": len(self._journal)})

    def timeline(self, request: Request) -> Response:
        """The last requests as a picture."""
        query = Query(request)
        if query.choice("format", ("text", "svg")) == "svg":
            return _text(self._chosen(query, 200).timeline_svg(), "image/svg+xml")
        ascii_only = query.choice("ascii", ("no", "yes")) == "yes"
        width = min(query.number("width", 80), _WIDEST)
        picture = self._chosen(query, 16).timeline(width, ascii_only=ascii_only)
        return _text(f"{picture}\n")

    def _chosen(self, query: Query, last: int) -> Exchanges:
        exchanges = self._journal.where(lambda each: _matches(each, query))
        return exchanges[-last:] if (last := query.number("last", last)) else exchanges[:0]

    async def _further(self, query: Query) -> AsyncIterator[bytes]:
        ended: asyncio.Queue[Exchange] = asyncio.Queue()
        unwatch = self._journal.watch(
            lambda each: None if each.ended is None else ended.put_nowait(each)
        )
        try:
            while True:
                exchange = await ended.get()
                if _matches(exchange, query):
                    yield msgspec.json.encode(as_dict(exchange)) + b"\n"
        finally:
            unwatch()


def _matches(exchange: Exchange, query: Query) -> bool:
    """Whether `exchange` is one of those that ``model``, ``path`` and ``outcome`` ask for."""
    return all(
        not (wanted := query.text(name)) or wanted == seen
        for name, seen in (
            ("model", exchange.model),
            ("path", exchange.path),
            ("outcome", exchange.outcome),
        )
    )


def _text(content: str, kind: str = "text/plain; charset=utf-8") -> Response:
    return Response(body=content.encode(), headers={"content-type": kind})
