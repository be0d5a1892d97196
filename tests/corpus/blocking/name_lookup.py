"""A host is looked up by its name."""

from __future__ import annotations

import asyncio
import socket


async def faulty(url: str) -> None:
    socket.getaddrinfo("localhost", 80)  # fault: blocking-call of socket.getaddrinfo


async def clean(url: str) -> None:
    # An address needs no looking up.
    assert socket.getaddrinfo("127.0.0.1", 80)
    assert await asyncio.get_running_loop().getaddrinfo("localhost", 80)
