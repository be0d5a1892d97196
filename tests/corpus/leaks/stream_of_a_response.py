"""A response is streamed and left half read, its client open."""

from __future__ import annotations

import httpx


async def faulty(url: str) -> None:
    client = httpx.AsyncClient(verify=False)  # fault: client-left-open of httpx.AsyncClient
    await client.send(client.build_request("GET", f"{url}/health"), stream=True)


async def clean(url: str) -> None:
    async with (
        httpx.AsyncClient(verify=False) as client,
        client.stream("GET", f"{url}/health") as response,
    ):
        async for _ in response.aiter_bytes():
            break
