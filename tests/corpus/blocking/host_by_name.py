"""A host is looked up the older way."""

from __future__ import annotations

import asyncio
from socket import gethostbyname


async def faulty(url: str) -> None:
    gethostbyname("localhost")  # fault: blocking-call of socket.gethostbyname


async def clean(url: str) -> None:
    assert await asyncio.to_thread(gethostbyname, "localhost")
