"""``/api/pull``: the progress of a download, of which nothing is kept."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable
from typing import Any

import msgspec

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.protocols.body import typed_body
from pytest_mlinfra.fleet.protocols.route import Route
from pytest_mlinfra.fleet.protocols.streams import line, line_stream
from pytest_mlinfra.fleet.refusal import Refusal

# Bytes of the one layer, bytes of a step, and seconds that a step takes.
_TOTAL = 1_000_000
_STEP = 250_000
_SECONDS = 0.5


class PullRequest(msgspec.Struct, frozen=True):
    """The body of a request; older clients say ``name``."""

    model: str = ""
    name: str = ""
    stream: bool | None = None


def pull_routes() -> Iterable[Route]:
    """The one route."""

    async def pull(request: Request) -> Response:
        asked = typed_body(request, PullRequest)
        name = asked.model or asked.name
        if not name:
            raise Refusal("bad request", "'model' is required", where="model")
        if asked.stream is not False:
            return line_stream(_lines(name))
        last = {}
        async for progress in _progress(name):
            last = progress
        return Response.of_json(last)

    yield Route("POST", "/api/pull", pull)


async def _lines(name: str) -> AsyncIterator[bytes]:
    async for progress in _progress(name):
        yield line(progress)


async def _progress(name: str) -> AsyncIterator[dict[str, Any]]:
    digest = f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"
    layer = {"status": f"pulling {digest[7:19]}", "digest": digest, "total": _TOTAL}
    yield {"status": "pulling manifest"}
    yield layer
    for completed in range(_STEP, _TOTAL + 1, _STEP):
        await asyncio.sleep(_SECONDS)
        yield {**layer, "completed": completed}
    for status in ("verifying sha256 digest", "writing manifest", "success"):
        yield {"status": status}
