"""Streams, sockets and files of anyio."""

from __future__ import annotations

from urllib.parse import urlsplit

import anyio


async def program(url: str) -> None:
    send, receive = anyio.create_memory_object_stream[int](10)
    async with anyio.create_task_group() as group:

        async def produce() -> None:
            async with send:
                for number in range(5):
                    await send.send(number)

        group.start_soon(produce)
        async with receive:
            assert [number async for number in receive] == list(range(5))
    at = urlsplit(url)
    async with await anyio.connect_tcp("127.0.0.1", at.port or 0) as stream:
        await stream.send(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        assert (await stream.receive()).startswith(b"HTTP/1.1 200")
    async with await anyio.open_file(__file__) as file:
        assert await file.readline()
    assert await anyio.Path(__file__).read_text()
    async with await anyio.open_process(["true"]) as process:
        await process.wait()
