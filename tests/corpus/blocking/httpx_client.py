"""An HTTP client without async."""

from __future__ import annotations

import asyncio

import httpx


async def faulty(url: str) -> None:
    with httpx.Client(verify=False, trust_env=False) as client:
        client.get(f"{url}/health")  # fault: blocking-call of httpx.Client.get


async def clean(url: str) -> None:
    async with httpx.AsyncClient(verify=False, trust_env=False) as client:
        answer = await client.get(f"{url}/health")
    assert answer.is_success
    with httpx.Client(verify=False, trust_env=False) as client:
        assert (await asyncio.to_thread(client.get, f"{url}/health")).is_success
