"""A dictionary is iterated over with awaits in between, while another task adds to it."""

from __future__ import annotations

import asyncio


async def _ping(_url: str) -> None:
    await asyncio.sleep(0)


async def _add_later(models: dict[str, str]) -> None:
    await asyncio.sleep(0.1)
    models["third"] = "http://third"


async def faulty() -> None:
    models = {"first": "http://first", "second": "http://second"}

    async def monitor() -> None:
        await asyncio.sleep(0.05)
        await asyncio.sleep(0.05)
        for url in models.values():
            await _ping(url)

    await asyncio.gather(_add_later(models), monitor())


async def clean() -> None:
    models = {"first": "http://first", "second": "http://second"}

    async def monitor() -> None:
        await asyncio.sleep(0.05)
        await asyncio.sleep(0.05)
        for url in list(models.values()):
            await _ping(url)

    await asyncio.gather(_add_later(models), monitor())
