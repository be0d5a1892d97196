"""The standard library's way to ask for a URL."""

from __future__ import annotations

import asyncio
import urllib.request


def health(url: str) -> int:
    with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
        return int(answer.status)


async def faulty(url: str) -> None:
    urllib.request.urlopen(f"{url}/health")  # fault: blocking-call of urllib.request.urlopen


async def clean(url: str) -> None:
    assert await asyncio.to_thread(health, url) == 200
