# draws: runs-inside-a-loop
"""Makes a line of text of the error."""

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
    try:
        asyncio.run(main())
    except RuntimeError as error:
        print(error)


if __name__ == "__main__":
    run()
