"""Answers that come piece by piece: server-sent events, and JSON line by line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from pytest_mlinfra.fleet.http import Response

_EVENT_HEADERS = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}
_LINE_HEADERS = {"content-type": "application/x-ndjson"}


def event(content: Any, name: str | None = None) -> bytes:
    """One server-sent event with `content` as JSON, or as it is if it is text.

    Args:
        content: what the event says; a text has no line breaks.
        name: the event's name, None for none.
    """
    data = content.encode() if isinstance(content, str) else msgspec.json.encode(content)
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + data + b"\n\n"


def line(content: Any) -> bytes:
    """`content` as one line of JSON."""
    return msgspec.json.encode(content) + b"\n"


def event_stream(pieces: AsyncIterator[bytes]) -> Response:
    """A response of server-sent events."""
    return Response(headers=_EVENT_HEADERS, stream=pieces)


def line_stream(pieces: AsyncIterator[bytes]) -> Response:
    """A response of JSON line by line."""
    return Response(headers=_LINE_HEADERS, stream=pieces)
