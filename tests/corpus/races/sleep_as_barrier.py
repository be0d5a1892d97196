"""A sleep of nothing stands where one should wait for the other task to be ready."""

from __future__ import annotations

import asyncio


class Server:
    def __init__(self) -> None:
        self.port: int | None = None
        self.is_ready = asyncio.Event()

    async def start(self) -> None:
        await asyncio.sleep(0)
        self.port = 8000
        self.is_ready.set()


async def faulty() -> None:
    server = Server()
    starting = asyncio.create_task(server.start())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    port = server.port
    await starting
    assert port == 8000


async def clean() -> None:
    server = Server()
    starting = asyncio.create_task(server.start())
    await server.is_ready.wait()
    port = server.port
    await starting
    assert port == 8000
