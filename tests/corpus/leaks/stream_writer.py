"""A connection is opened and never closed."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit


async def faulty(url: str) -> None:
    at = urlsplit(url)
    await asyncio.open_connection(at.hostname, at.port)  # fault: connection-left-open


async def clean(url: str) -> None:
    at = urlsplit(url)
    _, writer = await asyncio.open_connection(at.hostname, at.port)
    writer.close()
    await writer.wait_closed()
