"""Which watched files lead out of the loop: what comes over them comes in real time.

A connection between two ends of one loop brings what was sent at once, or never. One
that leads to another process, to a server in a thread or to another machine may bring
something at any time, and nobody can know when.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import stat
import struct
from pathlib import Path

_NOWHERE = ("", 0)


class Outside:
    """Knows of each file that a selector watches whether it leads out of the loop."""

    def __init__(self) -> None:
        self._leads_out: dict[int, bool] = {}
        # Connections that are being made: where they lead is seen when they are.
        self._undecided: set[int] = set()
        # Ports that the loop listens at, or did.
        self._own_ports: set[int] = set()

    def begin(self, descriptor: int) -> None:
        """Take notice of a file that is watched from now on."""
        self._decide(descriptor)

    def end(self, descriptor: int) -> None:
        """Forget a file that is watched no longer."""
        self._leads_out.pop(descriptor, None)
        self._undecided.discard(descriptor)

    def is_watched(self) -> bool:
        """Whether any file that leads out is watched."""
        for descriptor in tuple(self._undecided):
            self._decide(descriptor)
        return any(self._leads_out.values())

    def _decide(self, descriptor: int) -> None:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISSOCK(mode):
            # Borrowed: the file stays open when the socket is gone.
            borrowed = socket.socket(fileno=descriptor)
            try:
                self._leads_out[descriptor] = self._socket_leads_out(borrowed)
            finally:
                borrowed.detach()
        else:
            # Pipes lead to children, which are counted. Other files, such as timers of
            # the system, are fed by somebody who is not.
            self._leads_out[descriptor] = not (stat.S_ISFIFO(mode) or _is_a_child(descriptor))

    def _socket_leads_out(self, sock: socket.socket) -> bool:
        if sock.family == getattr(socket, "AF_UNIX", None):
            return _is_another_process(sock)
        if sock.family not in (socket.AF_INET, socket.AF_INET6):
            return True
        host, port = sock.getsockname()[:2]
        if sock.type != socket.SOCK_STREAM or _is_listening(sock):
            self._own_ports.add(port)
        peer_host, peer_port = _peer_of(sock)
        self._undecided.discard(sock.fileno())
        if not peer_port:
            if port in self._own_ports:
                return False
            # Where a connection is being made to is told by the address it starts from.
            self._undecided.add(sock.fileno())
            return not _is_here_or_nowhere(host)
        is_on_this_machine = _is_here_or_nowhere(peer_host) or peer_host == host
        is_own = port in self._own_ports or peer_port in self._own_ports
        return not (is_on_this_machine and is_own)


def _is_listening(sock: socket.socket) -> bool:
    try:
        return bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    except OSError:
        return False


def _peer_of(sock: socket.socket) -> tuple[str, int]:
    try:
        host, port = sock.getpeername()[:2]
    except OSError:
        return _NOWHERE
    return host, port


def _is_here_or_nowhere(host: str) -> bool:
    address = ipaddress.ip_address(host.partition("%")[0])
    return address.is_loopback or address.is_unspecified


def _is_another_process(sock: socket.socket) -> bool:
    """Whether the other end of a socket of this machine is another process's."""
    try:
        sock.getpeername()
        credentials = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    except (OSError, AttributeError):
        # Not connected, or a system that does not tell.
        return False
    return bool(struct.unpack("3i", credentials)[0] != os.getpid())


def _is_a_child(descriptor: int) -> bool:
    """Whether a file is the one by which Linux tells of a child's end."""
    try:
        return "[pidfd]" in str(Path(f"/proc/self/fd/{descriptor}").readlink())
    except OSError:
        return False
