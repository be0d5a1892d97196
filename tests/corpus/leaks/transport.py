"""A transport is made and never closed."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit


async def faulty(url: str) -> None:
    loop, port = asyncio.get_running_loop(), urlsplit(url).port or 0
    await loop.create_connection(asyncio.Protocol, "127.0.0.1", port)  # fault: connection-left-open


async def clean(url: str) -> None:
    loop, port = asyncio.get_running_loop(), urlsplit(url).port or 0
    transport, _ = await loop.create_connection(asyncio.Protocol, "127.0.0.1", port)
    # Its end is on its way.
    transport.close()
