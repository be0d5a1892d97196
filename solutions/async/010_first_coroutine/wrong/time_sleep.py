# draws: blocking-call
"""Waits by stopping the thread."""

from __future__ import annotations

import asyncio
import time

MODEL_URL = "https://models.example.com/resnet"


async def fetch_data(url: str) -> dict[str, str]:
    time.sleep(1.0)
    return {"url": url, "data": "sample data"}


async def main() -> None:
    data = await fetch_data(MODEL_URL)
    print(data)


def run() -> None:
    asyncio.run(main())


if __name__ == "__main__":
    run()
