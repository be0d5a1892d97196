# draws: not-fetched
"""Awaits once for the time and once for the result."""

from __future__ import annotations

import asyncio

MODEL_URL = "https://models.example.com/resnet"


async def fetch_data(url: str) -> dict[str, str]:
    await asyncio.sleep(1.0)
    return {"url": url, "data": "sample data"}


async def main() -> None:
    await fetch_data(MODEL_URL)
    print(await fetch_data(MODEL_URL))


def run() -> None:
    asyncio.run(main())


if __name__ == "__main__":
    run()
