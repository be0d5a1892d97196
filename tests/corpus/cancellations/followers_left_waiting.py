"""Whoever asks first loads for all; if that is cancelled, the others wait for ever."""

from __future__ import annotations

import asyncio


class Cache:
    def __init__(self) -> None:
        self._answer: asyncio.Future[str] | None = None

    async def _load(self) -> str:
        await asyncio.sleep(0.1)
        return "weights"

    async def get_carelessly(self) -> str:
        if self._answer is None:
            self._answer = asyncio.get_running_loop().create_future()
            self._answer.set_result(await self._load())
        return await self._answer

    async def get(self) -> str:
        if self._answer is None:
            self._answer = asyncio.get_running_loop().create_future()
            try:
                self._answer.set_result(await self._load())
            except BaseException:
                self._answer.cancel()
                raise
        return await self._answer


async def _ask(*, is_careless: bool) -> None:
    cache = Cache()
    get = cache.get_carelessly if is_careless else cache.get

    async def follow() -> None:
        await asyncio.sleep(0)
        await asyncio.gather(get(), return_exceptions=True)

    follower = asyncio.create_task(follow())
    try:
        await get()
    finally:
        await follower


async def faulty() -> None:
    await _ask(is_careless=True)


async def clean() -> None:
    await _ask(is_careless=False)
