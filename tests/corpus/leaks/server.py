"""A server listens, and nobody closes it."""

from __future__ import annotations

import asyncio


async def ignore(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def faulty(url: str) -> None:
    await asyncio.start_server(ignore, "127.0.0.1", 0)  # fault: server-left-open


async def clean(url: str) -> None:
    server = await asyncio.start_server(ignore, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
