"""A coroutine waits for sockets by itself."""

from __future__ import annotations

import asyncio
import select
import socket


async def faulty(url: str) -> None:
    here, there = socket.socketpair()
    with here, there:
        select.select([here], [], [], 0.01)  # fault: blocking-call of select.select


async def clean(url: str) -> None:
    here, there = socket.socketpair()
    with here, there:
        assert select.select([here], [], [], 0) == ([], [], [])
    await asyncio.sleep(0)
