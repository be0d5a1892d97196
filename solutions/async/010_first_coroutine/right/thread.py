"""Waits in a thread, where waiting stops nobody, and closes its loop by hand."""

import asyncio
import sys
import time
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Answer:
    """What comes of a fetch."""

    url: str
    data: str = "sample data"


async def fetch_data(url: str) -> dict[str, str]:
    """Act as if ``url`` were fetched, which takes a second."""
    await asyncio.to_thread(time.sleep, 1.0)
    return asdict(Answer(url))


async def main() -> None:
    """Fetch one address, and print what came."""
    task = asyncio.create_task(fetch_data("https://models.example.com/resnet"))
    print(await task, file=sys.stdout, flush=True)


def run() -> None:
    """Run `main` on a loop that nobody else knows."""
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(main())
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


if __name__ == "__main__":
    run()
