# draws: others-have-to-wait
"""Lets only one fetch at a time in."""

from __future__ import annotations

import asyncio

MODEL_URL = "https://models.example.com/resnet"
ONE_AT_A_TIME = asyncio.Lock()


async def fetch_data(url: str) -> dict[str, str]:
    async with ONE_AT_A_TIME:
        await asyncio.sleep(1.0)
    return {"url": url, "data": "sample data"}


async def main() -> None:
    data = await fetch_data(MODEL_URL)
    print(data)


def run() -> None:
    asyncio.run(main())


if __name__ == "__main__":
    run()
