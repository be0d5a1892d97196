"""Coroutines are made in advance; after a cancellation nobody awaits the rest."""

from __future__ import annotations

import asyncio


async def _check(seconds: float) -> None:
    await asyncio.sleep(seconds)


async def faulty() -> None:
    checks = [_check(0.1), _check(0.2)]
    for check in checks:
        await check


async def clean() -> None:
    for seconds in (0.1, 0.2):
        await _check(seconds)
