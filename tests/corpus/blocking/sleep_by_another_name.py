"""The function that waits goes by another name."""

from __future__ import annotations

import asyncio
from time import sleep as pause


class Backoff:
    wait = pause


async def faulty(url: str) -> None:
    Backoff.wait(0.01)  # fault: blocking-call of time.sleep


async def clean(url: str) -> None:
    await asyncio.to_thread(pause, 0.01)
