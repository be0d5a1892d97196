"""A value is read from a server, and written back with another request."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from pytest_mlinfra.fleet import ModelFleet

_CONTEXT = httpx.create_ssl_context(verify=False)


class Counter:
    """What the server keeps."""

    def __init__(self) -> None:
        self.value = 0

    def predict(self, request: Any) -> int:
        if request != "read":
            self.value = request
        return self.value


async def _count(client: httpx.AsyncClient, url: str) -> None:
    value = (await client.post(url, json="read")).json()["prediction"]
    await client.post(url, json=value + 1)


async def _count_twice(lock: asyncio.Lock | None) -> int:
    counter = Counter()
    async with (
        ModelFleet() as fleet,
        httpx.AsyncClient(verify=_CONTEXT, trust_env=False) as client,
    ):
        server = await fleet.start("counter", predict=counter.predict)

        async def count(delay: int) -> None:
            for _ in range(delay):
                await asyncio.sleep(0)
            if lock is None:
                await _count(client, f"{server.url}/predict")
            else:
                async with lock:
                    await _count(client, f"{server.url}/predict")

        # By then, it seems, the first is done.
        await asyncio.gather(count(0), count(60))
    return counter.value


async def faulty() -> None:
    assert await _count_twice(None) == 2


async def clean() -> None:
    assert await _count_twice(asyncio.Lock()) == 2
