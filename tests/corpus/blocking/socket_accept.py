"""A server that waits for its first client."""

from __future__ import annotations

import asyncio
import socket


async def faulty(url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(1)
        server.accept()  # fault: blocking-call of socket.socket.accept


async def clean(url: str) -> None:
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        server.setblocking(False)
        client.setblocking(False)
        await loop.sock_connect(client, server.getsockname())
        accepted, _ = await loop.sock_accept(server)
        accepted.close()
