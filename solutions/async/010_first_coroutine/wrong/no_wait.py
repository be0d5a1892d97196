# draws: not-one-second
"""Gives the data at once."""

from __future__ import annotations

import asyncio

MODEL_URL = "https://models.example.com/resnet"


async def fetch_data(url: str) -> dict[str, str]:
    return {"url": url, "data": "sample data"}


async def main() -> None:
    data = await fetch_data(MODEL_URL)
    print(data)


def run() -> None:
    asyncio.run(main())


if __name__ == "__main__":
    run()
