"""A client is closed, but not after an error."""

from __future__ import annotations

import contextlib

import httpx


async def faulty(url: str) -> None:
    client = httpx.AsyncClient(verify=False)  # fault: client-left-open of httpx.AsyncClient
    with contextlib.suppress(httpx.HTTPStatusError):
        (await client.get(f"{url}/nowhere")).raise_for_status()
        await client.aclose()


async def clean(url: str) -> None:
    client = httpx.AsyncClient(verify=False)
    try:
        with contextlib.suppress(httpx.HTTPStatusError):
            (await client.get(f"{url}/nowhere")).raise_for_status()
    finally:
        await client.aclose()
