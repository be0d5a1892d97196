"""A client is used and never closed."""

from __future__ import annotations

import httpx


async def faulty(url: str) -> None:
    client = httpx.AsyncClient(verify=False)  # fault: client-left-open of httpx.AsyncClient
    await client.get(f"{url}/health")


async def clean(url: str) -> None:
    async with httpx.AsyncClient(verify=False) as client:
        await client.get(f"{url}/health")
    # A client that was never used holds nothing.
    httpx.AsyncClient(verify=False)
