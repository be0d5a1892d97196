"""What all tests of faults ask, and all that they receive."""

from __future__ import annotations

from pytest_mlinfra.fleet import ModelServer
from raw_client import connected

TICKS = "GET /ticks/3 HTTP/1.1\nHost: fleet"
GET = "GET /bytes/10 HTTP/1.1\nHost: fleet"
HEAD_SIZE = len(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n")


async def received(server: ModelServer, request: str = GET) -> bytes:
    """All that a client receives on one connection."""
    async with connected(server) as client:
        head, _, body = request.partition("\n\n")
        lines = f"{head}\nConnection: close\n\n".replace("\n", "\r\n")
        await client.send(lines.encode() + body.encode())
        return await client.rest()
