"""A datagram is waited for; sending one waits for nobody."""

from __future__ import annotations

import asyncio
import socket


async def faulty(url: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as metrics:
        metrics.bind(("127.0.0.1", 0))
        metrics.settimeout(0.01)
        metrics.recv(100)  # fault: blocking-call of socket.socket.recv


async def clean(url: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as metrics:
        metrics.sendto(b"requests:1|c", ("127.0.0.1", 9))
    await asyncio.sleep(0)
