"""A runner, and a timer that gives a future its result."""

from __future__ import annotations

import asyncio

MODEL_URL = "https://models.example.com/resnet"


async def fetch_data(url: str) -> dict[str, str]:
    """Act as if ``url`` were fetched, which takes a second."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[dict[str, str]] = loop.create_future()
    loop.call_later(1, answer.set_result, {"data": "sample data", "url": url})
    return await answer


async def main() -> None:
    """Fetch MODEL_URL, and print what came."""
    print(f"{await fetch_data(MODEL_URL)}")


def run() -> None:
    """Run `main` to its end."""
    with asyncio.Runner() as runner:
        runner.run(main())


if __name__ == "__main__":
    run()
