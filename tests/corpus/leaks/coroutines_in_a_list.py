"""Coroutines are gathered in a list, and not by gather."""

from __future__ import annotations

import asyncio

kept: list[object] = []


async def fetch(number: int) -> int:
    await asyncio.sleep(0)
    return number


async def faulty(url: str) -> None:
    kept.append([fetch(number) for number in range(3)])  # fault: coroutine-never-awaited of fetch


async def clean(url: str) -> None:
    assert await asyncio.gather(*[fetch(number) for number in range(3)]) == [0, 1, 2]
    unwanted = fetch(4)
    unwanted.close()
