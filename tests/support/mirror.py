"""A protocol that tells what it was asked, for tests of the way there and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable

from pytest_mlinfra.fleet import (
    Headers,
    Model,
    Models,
    ModelServer,
    Request,
    Response,
    Route,
    SizeLimits,
)
from pytest_mlinfra.fleet.protocols.health import HealthProtocol

# How large the pieces of the large stream are.
PIECE = 64 * 2**10


class Mirror:
    """What the tests of the wire ask.

    Attributes:
        closed_streams: how many streams were closed before their end.
    """

    name = "mirror"

    def __init__(self) -> None:
        self.closed_streams = 0

    def routes(self, models: Models) -> Iterable[Route]:
        """Requests told back, bodies kept in three ways, streams, and mistakes."""
        yield Route("GET", "/tell/{what:path}", _tell)
        yield Route("POST", "/tell/{what:path}", _tell)
        yield Route("POST", "/count", _tell, body="count")
        yield Route("POST", "/file", _read_file, body="file")
        yield Route("GET", "/ticks/{count}", self._ticks)
        yield Route("GET", "/bytes/{count}", _many_bytes)
        yield Route("GET", "/pieces/{count}", lambda request: Response(stream=_pieces(request)))
        yield Route("GET", "/late/{seconds}", _late)
        yield Route("GET", "/raises", _raises)
        yield Route("GET", "/breaks", lambda _request: Response(stream=_breaking()))
        yield Route("GET", "/cancels", _cancels)

    def _ticks(self, request: Request) -> Response:
        async def ticks() -> AsyncGenerator[bytes]:
            try:
                for number in range(int(request.parameters["count"])):
                    yield b"%d" % number
                    await asyncio.sleep(1)
            except (asyncio.CancelledError, GeneratorExit):
                self.closed_streams += 1
                raise

        return Response(headers={"content-type": "text/plain"}, stream=ticks())


def mirror_server(limits: SizeLimits | None = None) -> ModelServer:
    """A server of one model that speaks nothing but health and the mirror."""
    return ModelServer([Model("model")], protocols=[HealthProtocol(), Mirror()], limits=limits)


def _tell(request: Request) -> Response:
    assert isinstance(request.headers, Headers)
    return Response.of_json(
        {
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "target": request.target,
            "parameters": dict(request.parameters),
            "size": request.size,
            "body": request.body.decode("latin-1"),
            "fields": list(request.headers.fields),
        }
    )


def _read_file(request: Request) -> Response:
    assert request.upload is not None
    file = request.upload.file
    assert file is not None
    read = sum(len(piece) for piece in iter(lambda: file.read(PIECE), b""))
    return Response.of_json({"size": request.upload.size, "read": read})


async def _pieces(request: Request) -> AsyncGenerator[bytes]:
    for _ in range(int(request.parameters["count"]) // PIECE):
        yield bytes(PIECE)


def _many_bytes(request: Request) -> Response:
    return Response(body=bytes(int(request.parameters["count"])))


async def _late(request: Request) -> Response:
    await asyncio.sleep(float(request.parameters["seconds"]))
    return Response(body=b"late")


def _raises(_request: Request) -> Response:
    raise ZeroDivisionError("no rows")


async def _cancels(_request: Request) -> Response:
    raise asyncio.CancelledError


async def _breaking() -> AsyncGenerator[bytes]:
    yield b"half"
    raise ValueError("lost the rest")
