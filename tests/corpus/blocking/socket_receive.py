"""A socket that waits until something arrives."""

from __future__ import annotations

import asyncio
import socket


async def faulty(url: str) -> None:
    here, there = socket.socketpair()
    with here, there:
        there.send(b"ready")  # fault: blocking-call of socket.socket.send
        here.recv(5)


async def clean(url: str) -> None:
    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        there.setblocking(False)
        there.send(b"ready")
        assert await asyncio.get_running_loop().sock_recv(here, 5) == b"ready"
