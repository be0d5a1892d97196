"""A home-made limiter lets a request in when it was told of a free place, some time later."""

from __future__ import annotations

import asyncio

import httpx

from pytest_mlinfra.fleet import Latency, ModelFleet

_CONTEXT = httpx.create_ssl_context(verify=False)


class Limiter:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._inside = 0
        self._left = asyncio.Event()

    async def _log(self) -> None:
        await asyncio.sleep(0)

    async def __aenter__(self) -> None:
        while self._inside >= self._limit:
            self._left.clear()
            await self._left.wait()
        await self._log()
        self._inside += 1

    async def __aexit__(self, *_exception: object) -> None:
        self._inside -= 1
        self._left.set()


async def _peak(limiter: Limiter | asyncio.Semaphore) -> int:
    async with (
        ModelFleet() as fleet,
        httpx.AsyncClient(verify=_CONTEXT, trust_env=False) as client,
    ):
        server = await fleet.start("model", Latency(0.1))

        async def ask(number: int) -> None:
            for _ in range(3 * number):
                await asyncio.sleep(0)
            async with limiter:
                await client.get(f"{server.url}/health")

        await asyncio.gather(*(ask(number) for number in range(4)))
        return fleet.journal.peak_in_flight


async def faulty() -> None:
    assert await _peak(Limiter(2)) <= 2


async def clean() -> None:
    assert await _peak(asyncio.Semaphore(2)) <= 2
