"""Where the sockets of a fleet come from."""

from __future__ import annotations

import socket
from typing import Protocol


class Network(Protocol):
    """Makes the sockets that a fleet's clients find."""

    def listen(self) -> socket.socket:
        """A socket bound to a free port of 127.0.0.1, for a server to listen on."""
        ...

    def refuse(self) -> socket.socket:
        """A socket that keeps a port of 127.0.0.1 whose connections are refused."""
        ...


class Loopback:
    """The loopback interface of this process's own network."""

    def listen(self, port: int = 0) -> socket.socket:
        """See `Network.listen`; on that port, if it is not 0."""
        # Named TCP, so that asyncio switches off the delay of small packets, which
        # under a virtual clock would look like a time-out.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        return listener

    def refuse(self) -> socket.socket:
        """See `Network.refuse`."""
        # Bound but not listening: nobody else can be given the port meanwhile.
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        bound.bind(("127.0.0.1", 0))
        return bound
