"""A socket that waits until it is connected."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import urlsplit


async def faulty(url: str) -> None:
    parts = urlsplit(url)
    with socket.socket() as plain:
        plain.connect((parts.hostname, parts.port))  # fault: blocking-call of socket.socket.connect


async def clean(url: str) -> None:
    parts = urlsplit(url)
    with socket.socket() as plain:
        plain.setblocking(False)
        await asyncio.get_running_loop().sock_connect(plain, (parts.hostname, parts.port))
