"""Ask a model server again when it gives no answer, and wait longer before each new try."""

from __future__ import annotations

import asyncio
from typing import Any


async def fetch_with_retry(url: str, max_retries: int = 3) -> dict[str, Any] | None:
    """Fetch a JSON object, and try again after a time-out, but after nothing else.

    Args:
        url: the whole address, for instance ``http://127.0.0.1:8000/models/resnet``.
        max_retries: how many requests there are at most.
    """
    # TODO: ask, and see to it that only a time-out leads to another request.
    raise NotImplementedError


async def fetch_despite_outages(url: str, max_retries: int = 3) -> dict[str, Any] | None:
    """Fetch a JSON object, and try again after a 5xx or a broken connection, too.

    Args:
        url: the whole address, for instance ``http://127.0.0.1:8000/models/resnet``.
        max_retries: how many requests there are at most.
    """
    # TODO: the same pauses, and more reasons for another request.
    raise NotImplementedError


async def main() -> None:
    """Fetch what a fake server knows about a model, in real time."""
    url = "http://127.0.0.1:8000/flaky/models/flaky"
    print(await fetch_with_retry(url))
    print(await fetch_despite_outages(url))


# Serve the fakes in another terminal, with `mlinfra serve exercises/async/fleet.toml`.
# Then run this file: `python retry_backoff.py`.
if __name__ == "__main__":
    asyncio.run(main())
