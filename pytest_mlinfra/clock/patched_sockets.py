"""Blocking sockets, made to let workers wait for them as coroutines do.

A worker that asks a server on its own loop, as a client without `async` does in
`asyncio.to_thread`, waits in the loop's selector. So the clock may move meanwhile, and a
time-out of the socket is a timer of the loop.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from typing import Any

from pytest_mlinfra.clock.workers import Worker, current_worker, timekeeper

_Method = Callable[..., Any]

# What reads, each with the place of its flags among its arguments.
_READING = {
    "recv": 1,
    "recv_into": 2,
    "recvfrom": 1,
    "recvfrom_into": 2,
    "recvmsg": 2,
    "recvmsg_into": 2,
    "accept": None,
}
# A send that would have to wait for room fails instead.
_AT_ONCE = getattr(socket, "MSG_DONTWAIT", 0)
_names = (*_READING, "connect", "send", "sendall")
_originals: dict[str, _Method] = {name: getattr(socket.socket, name) for name in _names}
_own = {name for name in _names if name in vars(socket.socket)}


def install() -> None:
    """Put the replacements in place."""
    for name, place_of_flags in _READING.items():
        setattr(socket.socket, name, _reading(_originals[name], place_of_flags))
    socket.socket.connect = _connect  # type: ignore[method-assign,assignment]
    socket.socket.send = _send  # type: ignore[method-assign,assignment]
    socket.socket.sendall = _send_all  # type: ignore[method-assign,assignment]


def uninstall() -> None:
    """Put the originals back."""
    for name in _names:
        if name in _own:
            setattr(socket.socket, name, _originals[name])
        elif name in vars(socket.socket):
            delattr(socket.socket, name)


def waiting_worker(sock: socket.socket) -> Worker | None:
    """The worker that the calling thread is, if it has to wait for `sock` at all."""
    worker = current_worker()
    if worker is None or worker.loop is not timekeeper() or sock.gettimeout() == 0:
        return None
    return worker


def wait(worker: Worker, sock: socket.socket, *, writable: bool) -> None:
    """Have `worker` wait until `sock` is ready.

    Raises:
        TimeoutError: its limit of time is over.
    """
    number = sock.fileno()
    # The original complains about a closed one.
    if number < 0:
        return
    if not worker.wait_for_socket(number, writable=writable, seconds=sock.gettimeout()):
        raise TimeoutError("timed out")


def _reading(original: _Method, place_of_flags: int | None) -> _Method:
    def read(self: socket.socket, *args: Any, **options: Any) -> Any:
        worker = waiting_worker(self)
        if worker is not None:
            flags = 0
            if place_of_flags is not None and len(args) > place_of_flags:
                flags = args[place_of_flags]
            if not flags & _AT_ONCE:
                wait(worker, self, writable=False)
        return original(self, *args, **options)

    read.__name__ = original.__name__
    return read


def _send(self: socket.socket, data: Any, flags: int = 0) -> int:
    worker = waiting_worker(self)
    if worker is None:
        return int(_originals["send"](self, data, flags))
    while True:
        wait(worker, self, writable=True)
        try:
            return int(_originals["send"](self, data, flags | _AT_ONCE))
        except BlockingIOError:
            continue


def _send_all(self: socket.socket, data: Any, flags: int = 0) -> None:
    if waiting_worker(self) is None:
        _originals["sendall"](self, data, flags)
        return
    remaining = memoryview(data).cast("B")
    while remaining:
        remaining = remaining[_send(self, remaining, flags) :]


def _connect(self: socket.socket, address: Any) -> None:
    worker = waiting_worker(self)
    if worker is None:
        _originals["connect"](self, address)
        return
    seconds = self.gettimeout()
    self.settimeout(0)
    try:
        # Not that of a subclass: one under TLS would connect again.
        code = socket.socket.connect_ex(self, address)
    finally:
        self.settimeout(seconds)
    if code == errno.EINPROGRESS:
        wait(worker, self, writable=True)
        code = self.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))
