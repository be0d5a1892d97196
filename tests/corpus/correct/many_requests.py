"""Fifty requests at once, a cap on them, one of them too slow."""

from __future__ import annotations

import asyncio

import httpx


async def program(url: str) -> None:
    limit = asyncio.Semaphore(10)

    async def ask(client: httpx.AsyncClient) -> int:
        async with limit:
            return (await client.get(f"{url}/health")).status_code

    async with httpx.AsyncClient(verify=False) as client:
        assert await asyncio.gather(*(ask(client) for _ in range(50))) == [200] * 50
        try:
            async with asyncio.timeout(0):
                await client.get(f"{url}/health")
        except TimeoutError:
            pass
