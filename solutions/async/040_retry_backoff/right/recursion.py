"""Each attempt calls the next one, within a deadline of asyncio's in the place of httpx's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx

Worth = Callable[[httpx.Response | Exception], bool]


async def fetch_with_retry(url: str, max_retries: int = 3) -> dict[str, Any] | None:
    """Try again after a time-out."""
    return await attempt(checked(url), max_retries, 1, lambda what: isinstance(what, TimeoutError))


async def fetch_despite_outages(url: str, max_retries: int = 3) -> dict[str, Any] | None:
    """Try again after a time-out and after an outage."""

    def is_worth_it(what: httpx.Response | Exception) -> bool:
        if isinstance(what, httpx.Response):
            return what.status_code // 100 == 5
        return isinstance(what, TimeoutError | httpx.NetworkError | httpx.ProtocolError)

    return await attempt(checked(url), max_retries, 1, is_worth_it)


def checked(url: str) -> str:
    """The address, if it is one."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{url!r} does not begin with http:// or https://")
    _ = parts.port  # a ValueError of urllib's own, if it is no number
    return url


async def attempt(url: str, left: int, pause: float, again: Worth) -> dict[str, Any] | None:
    """Ask once, and leave the rest to the next attempt."""
    if left == 0:
        return None
    outcome = await ask(url)
    if again(outcome):
        if left == 1:
            return None
        await asyncio.sleep(pause)
        return await attempt(url, left - 1, pause * 2, again)
    if isinstance(outcome, Exception) or outcome.status_code != 200:
        return None
    try:
        found = outcome.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


async def ask(url: str) -> httpx.Response | Exception:
    """The answer, or why there is none."""
    try:
        async with asyncio.timeout(10), httpx.AsyncClient(timeout=None) as client:
            return await client.get(url)
    except (TimeoutError, httpx.HTTPError) as error:
        return error
