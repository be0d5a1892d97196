"""Ask a model server again when it gives no answer, and wait longer before each new try."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

TIMEOUT_SECONDS = 10.0


async def fetch_with_retry(url: str, max_retries: int = 3) -> dict[str, Any] | None:
    """Fetch a JSON object, and try again after a time-out, but after nothing else.

    Args:
        url: the whole address, for instance ``http://127.0.0.1:8000/models/resnet``.
        max_retries: how many requests there are at most.
    """
    return await _fetch(url, max_retries, retries_outages=False)


async def fetch_despite_outages(url: str, max_retries: int = 3) -> dict[str, Any] | None:
    """Fetch a JSON object, and try again after a 5xx or a broken connection, too.

    Args:
        url: the whole address, for instance ``http://127.0.0.1:8000/models/resnet``.
        max_retries: how many requests there are at most.
    """
    return await _fetch(url, max_retries, retries_outages=True)


async def _fetch(url: str, max_retries: int, *, retries_outages: bool) -> dict[str, Any] | None:
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
        for attempt in range(max_retries):
            # A pause belongs before a further attempt. Behind a failed one it would also
            # stand behind the last, where nobody gains from it.
            if attempt > 0:
                await asyncio.sleep(2 ** (attempt - 1))
            try:
                response = await client.get(url)
            # Not even under HTTPError: InvalidURL. UnsupportedProtocol is a TransportError,
            # and no second try mends an address.
            except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
                raise ValueError(f"httpx cannot ask for {url!r}: {error}") from error
            # Before its base HTTPError, whose clause would take it otherwise.
            except httpx.TimeoutException:
                continue
            except httpx.HTTPError as error:
                if retries_outages and isinstance(error, httpx.TransportError):
                    continue
                return None
            if retries_outages and response.is_server_error:
                continue
            return _json_object(response)
    return None


def _json_object(response: httpx.Response) -> dict[str, Any] | None:
    if not response.is_success:
        return None
    try:
        content = response.json()
    # Of json, not of httpx; and also what json says of bytes that are no UTF-8.
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


async def main() -> None:
    """Fetch what a fake server knows about a model, in real time."""
    url = "http://127.0.0.1:8000/flaky/models/flaky"
    print(await fetch_with_retry(url))
    print(await fetch_despite_outages(url))


# Serve the fakes in another terminal, with `mlinfra serve exercises/async/fleet.toml`.
# Then run this file: `python retry_backoff.py`.
if __name__ == "__main__":
    asyncio.run(main())
