# draws: wrong-pauses
"""Begins with a pause of two seconds."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx


async def fetch_with_retry(url: str, max_retries: int = 3) -> dict[str, Any] | None:
    return await _fetch(url, max_retries, retries_outages=False)


async def fetch_despite_outages(url: str, max_retries: int = 3) -> dict[str, Any] | None:
    return await _fetch(url, max_retries, retries_outages=True)


async def _fetch(url: str, max_retries: int, *, retries_outages: bool) -> dict[str, Any] | None:
    async with httpx.AsyncClient(timeout=10.0) as client:
        for attempt in range(max_retries):
            if attempt > 0:
                await asyncio.sleep(2 ** attempt)
            try:
                response = await client.get(url)
            except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
                raise ValueError(f"httpx cannot ask for {url!r}") from error
            except httpx.TimeoutException:
                continue
            except httpx.HTTPError as error:
                if retries_outages and isinstance(error, httpx.TransportError):
                    continue
                return None
            if retries_outages and response.status_code >= 500:
                continue
            if response.status_code != 200:
                return None
            try:
                content = response.json()
            except ValueError:
                return None
            return content if isinstance(content, dict) else None
    return None
