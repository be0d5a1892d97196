"""Responses are streamed, some to their end and some not."""

from __future__ import annotations

import httpx


async def program(url: str) -> None:
    async with httpx.AsyncClient(verify=False) as client:
        async with client.stream("GET", f"{url}/health") as response:
            async for _ in response.aiter_lines():
                break
        async with client.stream("POST", f"{url}/predict", json=[1, 2, 3]) as response:
            assert await response.aread()
