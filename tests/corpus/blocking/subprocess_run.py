"""A program is run to its end."""

from __future__ import annotations

import asyncio
import subprocess


async def faulty(url: str) -> None:
    subprocess.run(["true"], check=True)  # fault: blocking-call of subprocess.run


async def clean(url: str) -> None:
    process = await asyncio.create_subprocess_exec("true")
    assert await process.wait() == 0
