"""A client that sends whatever bytes it is told to, and reads what comes back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from pytest_mlinfra.fleet import ModelServer

_BODYLESS = (204, 304)


@dataclass
class RawResponse:
    """A response as it came.

    Attributes:
        status: its status code.
        headers: names in lower case; of a repeated one, the last.
        body: its body, chunks joined.
    """

    status: int
    headers: dict[str, str]
    body: bytes


class RawClient:
    """One connection to a server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)
        await self.writer.drain()

    async def response(self, *, to_head: bool = False) -> RawResponse:
        """Read one response; a body without a length lasts to the end of the connection."""
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(lines[0].split()[1])
        pairs = (line.split(": ", 1) for line in lines[1:] if line)
        headers = {name.lower(): value for name, value in pairs}
        if to_head or status in _BODYLESS or status < 200:
            body = b""
        elif headers.get("transfer-encoding") == "chunked":
            body = b"".join([chunk async for chunk in self.chunks()])
        elif "content-length" in headers:
            body = await self.reader.readexactly(int(headers["content-length"]))
        else:
            body = await self.reader.read()
        return RawResponse(status, headers, body)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The chunks of a body, each as soon as it is there."""
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            yield (await self.reader.readexactly(size + 2))[:-2]
        await self.reader.readexactly(2)

    async def ask(self, request: str, body: bytes = b"") -> RawResponse:
        """Send a request that is written with plain line ends, and read the response."""
        await self.send(request.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + body)
        return await self.response(to_head=request.startswith("HEAD "))

    async def rest(self) -> bytes:
        """Everything up to the end of the connection."""
        return await self.reader.read()

    async def is_closed(self) -> bool:
        """Whether the server closes the connection without another byte."""
        try:
            return await self.reader.read(1) == b""
        except ConnectionResetError:
            return True


@contextlib.asynccontextmanager
async def connected(server: ModelServer) -> AsyncIterator[RawClient]:
    """A client that is connected to `server`."""
    host, port = server.url.split("//")[1].rsplit(":", 1)
    reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    try:
        yield RawClient(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
