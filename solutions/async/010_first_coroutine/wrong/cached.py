# draws: shared-dictionary
"""Keeps what it has fetched once."""

from __future__ import annotations

import asyncio

MODEL_URL = "https://models.example.com/resnet"
CACHE: dict[str, str] = {}


async def fetch_data(url: str) -> dict[str, str]:
    await asyncio.sleep(1.0)
    if not CACHE:
        CACHE["data"] = "sample data"
    CACHE["url"] = url
    return CACHE


async def main() -> None:
    data = await fetch_data(MODEL_URL)
    print(data)


def run() -> None:
    asyncio.run(main())


if __name__ == "__main__":
    run()
