"""A client is kept by a module for good."""

from __future__ import annotations

import httpx

client = httpx.AsyncClient(verify=False)


class Api:
    """Uses a client that somebody else closes."""

    def __init__(self, given: httpx.AsyncClient) -> None:
        self.given = given

    async def is_healthy(self, url: str) -> bool:
        return (await self.given.get(f"{url}/health")).is_success


async def faulty(url: str) -> None:
    await client.get(f"{url}/health")  # fault: connection-left-open


async def clean(url: str) -> None:
    async with httpx.AsyncClient(verify=False) as mine:
        assert await Api(mine).is_healthy(url)
