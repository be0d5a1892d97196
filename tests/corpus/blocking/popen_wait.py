"""A program is started, then waited for."""

from __future__ import annotations

import asyncio
import subprocess


async def faulty(url: str) -> None:
    process = subprocess.Popen(["sleep", "0.01"])
    process.wait()  # fault: blocking-call of subprocess.Popen.wait


async def clean(url: str) -> None:
    process = subprocess.Popen(["sleep", "0.01"])
    process.poll()
    assert await asyncio.to_thread(process.wait) == 0
    # It has ended: there is nothing to wait for.
    assert process.wait() == 0
