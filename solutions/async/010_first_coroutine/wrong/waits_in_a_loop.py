# draws: not-one-second
"""Waits in steps, one too many."""

from __future__ import annotations

import asyncio

MODEL_URL = "https://models.example.com/resnet"


async def fetch_data(url: str) -> dict[str, str]:
    for _ in range(11):
        await asyncio.sleep(0.1)
    return {"url": url, "data": "sample data"}


async def main() -> None:
    data = await fetch_data(MODEL_URL)
    print(data)


def run() -> None:
    asyncio.run(main())


if __name__ == "__main__":
    run()
