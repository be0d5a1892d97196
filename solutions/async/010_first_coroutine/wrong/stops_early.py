# draws: main-not-run
"""Lets the loop run for a moment only."""

from __future__ import annotations

import asyncio

MODEL_URL = "https://models.example.com/resnet"


async def fetch_data(url: str) -> dict[str, str]:
    await asyncio.sleep(1.0)
    return {"url": url, "data": "sample data"}


async def main() -> None:
    data = await fetch_data(MODEL_URL)
    print(data)


def run() -> None:
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        loop.create_task(main())
        loop.call_later(0.5, loop.stop)
        loop.run_forever()


if __name__ == "__main__":
    run()
