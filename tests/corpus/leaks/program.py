"""A program is started by asyncio and left running."""

from __future__ import annotations

import asyncio


async def faulty(url: str) -> None:
    await asyncio.create_subprocess_exec("sleep", "60")  # fault: process-left-running of sleep


async def clean(url: str) -> None:
    process = await asyncio.create_subprocess_exec("sleep", "60")
    process.terminate()
    await process.wait()
