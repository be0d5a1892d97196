"""A thread is given a coroutine function to call."""

from __future__ import annotations

import asyncio


async def compute() -> int:  # fault: coroutine-never-awaited of compute
    return 1


def compute_at_once() -> int:
    return 1


async def faulty(url: str) -> None:
    await asyncio.to_thread(compute)  # type: ignore[unused-coroutine]


async def clean(url: str) -> None:
    assert await asyncio.to_thread(compute_at_once) == await compute()
