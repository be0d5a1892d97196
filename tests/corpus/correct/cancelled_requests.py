"""Requests are cancelled on their way, by a task group that fails."""

from __future__ import annotations

import asyncio

import httpx


async def program(url: str) -> None:
    async def ask(client: httpx.AsyncClient) -> None:
        await client.get(f"{url}/health")
        await asyncio.sleep(60)

    async def give_up() -> None:
        await asyncio.sleep(0.01)
        raise RuntimeError("enough")

    async with httpx.AsyncClient(verify=False) as client:
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(5):
                    group.create_task(ask(client))
                group.create_task(give_up())
        except* RuntimeError:
            pass
