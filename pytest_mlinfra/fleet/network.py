"""Where the sockets of a fleet come from."""

from __future__ import annotations

import socket
from typing import Protocol

from pytest_mlinfra.fleet.addresses import bind_port


class Network(Protocol):
    """Makes the sockets that a fleet's clients find."""

    def bind(self, host: str, port: int) -> socket.socket:
        """A socket for a server, as `bind_port` makes it."""
        ...

    def refuse(self, host: str) -> socket.socket:
        """A socket that keeps a free port of that address, whose connections are refused."""
        ...


class OwnNetwork:
    """The network of this process."""

    # Itself, by which a server knows that it may put another socket in the place of this.
    bind = staticmethod(bind_port)

    def refuse(self, host: str) -> socket.socket:
        """See `Network.refuse`."""
        # Bound but not listening, and not to be shared: nobody else is given the port.
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        bound.bind((host, 0))
        return bound
