"""Sockets that the loop itself reads and writes."""

from __future__ import annotations

import asyncio
import socket


async def program(url: str) -> None:
    loop = asyncio.get_running_loop()
    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        there.setblocking(False)
        arrived = asyncio.Event()
        loop.add_reader(here, arrived.set)
        await loop.sock_sendall(there, b"x")
        await arrived.wait()
        loop.remove_reader(here)
        assert here.recv(1) == b"x"
    transport, _ = await loop.create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
    )
    transport.sendto(b"x", ("127.0.0.1", 9))
    transport.close()
