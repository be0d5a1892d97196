# draws: runs-once-only
"""Remembers that it has run."""

from __future__ import annotations

import asyncio

MODEL_URL = "https://models.example.com/resnet"
DONE: list[bool] = []


async def fetch_data(url: str) -> dict[str, str]:
    await asyncio.sleep(1.0)
    return {"url": url, "data": "sample data"}


async def main() -> None:
    data = await fetch_data(MODEL_URL)
    print(data)


def run() -> None:
    if not DONE:
        asyncio.run(main())
        DONE.append(True)


if __name__ == "__main__":
    run()
