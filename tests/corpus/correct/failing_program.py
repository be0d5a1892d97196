"""A program that cleans up after itself although it fails."""

from __future__ import annotations

import asyncio
import contextlib

import httpx


async def program(url: str) -> None:
    async def deploy() -> None:
        async with httpx.AsyncClient(verify=False) as client, asyncio.TaskGroup() as group:
            group.create_task(client.get(f"{url}/health"))
            await asyncio.sleep(0.01)
            raise LookupError("no such model")

    with contextlib.suppress(ExceptionGroup):
        await deploy()
    with contextlib.suppress(ExceptionGroup):
        await asyncio.create_task(deploy())
