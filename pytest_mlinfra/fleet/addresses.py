"""Where a server listens: the sockets for it, and how the address is written."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from pathlib import Path

from pytest_mlinfra.errors import FleetError

# Gives a socket that is bound to a port of an address, as `bind_port` does.
Bind = Callable[[str, int], socket.socket]


def bind_port(host: str, port: int) -> socket.socket:
    """A socket bound to a port of an address of this machine.

    Args:
        host: the address, IPv4 or IPv6, in numbers.
        port: the port; 0 for any that is free.

    Raises:
        FleetError: it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, so that asyncio switches off the delay of small packets, which under a
    # virtual clock would look like a time-out.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except (OSError, OverflowError) as error:
        bound.close()
        raise FleetError(f"cannot listen on port {port} of {host}: {error}") from error
    return bound


def bind_path(path: Path) -> socket.socket:
    """A Unix socket at `path`, where one that nobody listens on any more is replaced.

    Raises:
        FleetError: it cannot be had.
    """
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.is_socket() and not _is_in_use(path):
            path.unlink()
        bound.bind(str(path))
    except OSError as error:
        bound.close()
        raise FleetError(f"cannot listen on the Unix socket {path}: {error}") from error
    return bound


def bind_beside(listener: socket.socket) -> socket.socket:
    """Another socket bound to the port of `listener`, so that nobody else is given it."""
    host, port = listener.getsockname()[:2]
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound = socket.socket(listener.family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind((host, port))
    # From here on as exclusive as the first one was.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 0)
    return bound


def is_internet(some_socket: socket.socket) -> bool:
    """Whether it has a port, and no path."""
    return some_socket.family in (socket.AF_INET, socket.AF_INET6)


def prepare(connection: socket.socket) -> None:
    """Make an accepted socket fit for asyncio, and let it send small packets at once."""
    connection.setblocking(False)
    if is_internet(connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def url_of(listener: socket.socket, *, is_secure: bool) -> str:
    """The URL by which `listener` is reached, without a slash at the end."""
    scheme = "https" if is_secure else "http"
    if not is_internet(listener):
        # What connects by a path still needs a name for the Host header.
        return f"{scheme}://localhost"
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def remove_path(listener: socket.socket) -> None:
    """Remove the file of a Unix socket."""
    if not is_internet(listener):
        with contextlib.suppress(OSError):
            Path(listener.getsockname()).unlink()


def _is_in_use(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(str(path)) == 0
