"""A socket is made and never closed."""

from __future__ import annotations

import socket


async def faulty(url: str) -> None:
    socket.socket()  # fault: socket-left-open


async def clean(url: str) -> None:
    with socket.socket():
        pass
    socket.socket().close()
