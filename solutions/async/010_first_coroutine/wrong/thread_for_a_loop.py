# draws: blocking-call
"""Finds a way to run inside of a loop."""

from __future__ import annotations

import asyncio
import threading

MODEL_URL = "https://models.example.com/resnet"


async def fetch_data(url: str) -> dict[str, str]:
    await asyncio.sleep(1.0)
    return {"url": url, "data": "sample data"}


async def main() -> None:
    data = await fetch_data(MODEL_URL)
    print(data)


def run() -> None:
    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    thread.join()


if __name__ == "__main__":
    run()
