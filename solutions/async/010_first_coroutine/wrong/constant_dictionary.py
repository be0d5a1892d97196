# draws: shared-dictionary
"""Fills in the one dictionary of the module."""

from __future__ import annotations

import asyncio

MODEL_URL = "https://models.example.com/resnet"
DATA = {"url": "", "data": "sample data"}


async def fetch_data(url: str) -> dict[str, str]:
    await asyncio.sleep(1.0)
    DATA["url"] = url
    return DATA


async def main() -> None:
    data = await fetch_data(MODEL_URL)
    print(data)


def run() -> None:
    asyncio.run(main())


if __name__ == "__main__":
    run()
