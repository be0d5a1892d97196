"""A program is started and left running."""

from __future__ import annotations

import asyncio
import subprocess


async def faulty(url: str) -> None:
    subprocess.Popen(["sleep", "60"])  # fault: process-left-running of sleep


async def clean(url: str) -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        process.kill()
        await asyncio.to_thread(process.wait)
