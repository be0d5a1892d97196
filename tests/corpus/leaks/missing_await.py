"""A coroutine is called, and its await is missing."""

from __future__ import annotations

import asyncio


async def notify() -> None:
    await asyncio.sleep(0)


async def faulty(url: str) -> None:
    notify()  # type: ignore[unused-coroutine]  # fault: coroutine-never-awaited of notify


async def clean(url: str) -> None:
    await notify()
    waiting = notify()
    await waiting
