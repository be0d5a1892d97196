"""A first coroutine: it waits for a second, and lets everybody else run meanwhile."""

from __future__ import annotations

MODEL_URL = "https://models.example.com/resnet"


async def fetch_data(url: str) -> dict[str, str]:
    """Act as if ``url`` were fetched, which takes a second."""
    # TODO: wait as a coroutine waits, then give the dictionary of the statement.
    raise NotImplementedError


async def main() -> None:
    """Fetch MODEL_URL, and print what came."""
    # TODO: fetch_data(MODEL_URL) alone does nothing yet. What is missing?
    raise NotImplementedError


def run() -> None:
    """Run `main` to its end, from a program in which nothing of asyncio runs."""
    # TODO: there is no `async` before this function, so it cannot await. Who can run main?
    raise NotImplementedError


if __name__ == "__main__":
    run()
