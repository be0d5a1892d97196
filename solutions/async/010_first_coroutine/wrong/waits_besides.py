# draws: not-fetched
"""Waits for a second of its own besides."""

from __future__ import annotations

import asyncio

MODEL_URL = "https://models.example.com/resnet"


async def fetch_data(url: str) -> dict[str, str]:
    await asyncio.sleep(1.0)
    return {"url": url, "data": "sample data"}


async def main() -> None:
    data = await fetch_data(MODEL_URL)
    await asyncio.sleep(1.0)
    print(data)


def run() -> None:
    asyncio.run(main())


if __name__ == "__main__":
    run()
