"""A shell command is run."""

from __future__ import annotations

import asyncio
import os


async def faulty(url: str) -> None:
    os.system("true")  # fault: blocking-call of os.system


async def clean(url: str) -> None:
    process = await asyncio.create_subprocess_shell("true")
    assert await process.wait() == 0
    # A program that is not there is no reason to wait either.
    try:
        await asyncio.create_subprocess_exec("/no/such/program")
    except FileNotFoundError:
        pass
