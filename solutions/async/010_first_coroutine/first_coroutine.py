"""A first coroutine: it waits for a second, and lets everybody else run meanwhile."""

from __future__ import annotations

import asyncio

MODEL_URL = "https://models.example.com/resnet"


async def fetch_data(url: str) -> dict[str, str]:
    """Act as if ``url`` were fetched, which takes a second."""
    # Not time.sleep, which stops the whole thread, and with it everybody who could run
    # meanwhile. And not without `await`, which would make a coroutine and drop it.
    await asyncio.sleep(1.0)
    # Made here, at each call: a constant of the module would be shared by all callers.
    return {"url": url, "data": "sample data"}


async def main() -> None:
    """Fetch MODEL_URL, and print what came."""
    data = await fetch_data(MODEL_URL)
    print(data)


def run() -> None:
    """Run `main` to its end, from a program in which nothing of asyncio runs."""
    # It makes a loop, closes it at the end, and refuses to run inside of another one. So
    # it works as often as it is called, and there is nothing to keep between the calls.
    asyncio.run(main())


# Only if the file is run, and not if it is imported.
if __name__ == "__main__":
    run()
