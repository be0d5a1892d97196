"""A while loop that counts down, and raises for every status that is none of success."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx


async def fetch_with_retry(url: str, max_retries: int = 3) -> dict[str, Any] | None:
    """Try again after a time-out."""
    pause, left = 1, max_retries
    async with httpx.AsyncClient(timeout=10) as client:
        while left > 0:
            left -= 1
            try:
                return await get_object(client, url)
            except httpx.TimeoutException:
                if left:
                    await asyncio.sleep(pause)
                    pause += pause
            except httpx.HTTPError:
                break
    return None


async def fetch_despite_outages(url: str, max_retries: int = 3) -> dict[str, Any] | None:
    """Try again after a time-out and after an outage."""
    pause, left = 1, max_retries
    async with httpx.AsyncClient(timeout=10) as client:
        while left > 0:
            left -= 1
            try:
                return await get_object(client, url)
            except httpx.HTTPStatusError as error:
                if error.response.status_code < 500:
                    break
            except httpx.DecodingError:
                break
            except httpx.RequestError:
                pass
            if left:
                await asyncio.sleep(pause)
                pause += pause
    return None


async def get_object(client: httpx.AsyncClient, url: str) -> dict[str, Any] | None:
    """The object, None if there is another body, or an exception of httpx."""
    try:
        response = await client.get(url)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise ValueError(f"no address: {url}") from error
    response.raise_for_status()
    try:
        found = response.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
