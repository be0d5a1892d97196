"""Sockets that block, and with them every HTTP client that is not asynchronous; names."""

from __future__ import annotations

import ipaddress
import select
import socket
import ssl
from collections.abc import Iterator
from typing import Any

from pytest_mlinfra.clock.blocking.calls import Call
from pytest_mlinfra.clock.blocking.patching import Watched

_HTTP = "await client.get(...) of an httpx.AsyncClient, or asyncio.open_connection(...)"
_NAMES = "await loop.getaddrinfo(...); or an asynchronous client, which does it by itself"

_TO_CONNECT = ("connect", "connect_ex")
_TO_SEND = ("send", "sendall", "sendfile", "sendmsg", "sendto")
_TO_RECEIVE = ("accept", "recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg")
_OVER_TLS = ("do_handshake", "read", "recv", "recv_into", "send", "sendall", "write")
_TO_RESOLVE = (
    "getaddrinfo",
    "getfqdn",
    "gethostbyaddr",
    "gethostbyname",
    "gethostbyname_ex",
)


def network_calls() -> Iterator[Watched]:
    """The calls that wait for the other end of a connection or for a name server."""
    for name in (*_TO_CONNECT, *_TO_SEND):
        call = Call(f"socket.socket.{name}", _HTTP, is_hopeless=True)
        yield Watched(socket.socket, name, call, _is_blocking_stream)
    for name in _TO_RECEIVE:
        call = Call(f"socket.socket.{name}", _HTTP, is_hopeless=True)
        yield Watched(socket.socket, name, call, _is_blocking)
    for name in _OVER_TLS:
        call = Call(f"ssl.SSLSocket.{name}", _HTTP, is_hopeless=True)
        yield Watched(ssl.SSLSocket, name, call, _is_blocking)
    for name in _TO_RESOLVE:
        yield Watched(socket, name, Call(f"socket.{name}", _NAMES), _is_a_name)
    call = Call("select.select", "await loop.sock_recv(...)", is_hopeless=True)
    yield Watched(select, "select", call, _waits_for_files)


def _is_blocking(handle: socket.socket, *_args: Any, **_options: Any) -> bool:
    return handle.gettimeout() != 0


def _is_blocking_stream(handle: socket.socket, *_args: Any, **_options: Any) -> bool:
    # Sending a datagram waits for nobody.
    return handle.gettimeout() != 0 and handle.type is not socket.SOCK_DGRAM


def _is_a_name(host: object = None, *_args: Any, **_options: Any) -> bool:
    """Whether a host has to be looked up; an address does not."""
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if not isinstance(text, str) or not text:
        return False
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return True
    return False


def _waits_for_files(
    _read: object, _write: object, _other: object, timeout: float | None = None
) -> bool:
    return timeout is None or timeout > 0
