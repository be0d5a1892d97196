"""A client without async, used in a thread, is never closed."""

from __future__ import annotations

import asyncio

import httpx


def ask(url: str) -> int:
    client = httpx.Client(verify=False)  # fault: client-left-open of httpx.Client
    return client.get(f"{url}/health").status_code


def ask_and_close(url: str) -> int:
    with httpx.Client(verify=False) as client:
        return client.get(f"{url}/health").status_code


async def faulty(url: str) -> None:
    assert await asyncio.to_thread(ask, url) == 200


async def clean(url: str) -> None:
    assert await asyncio.to_thread(ask_and_close, url) == 200
