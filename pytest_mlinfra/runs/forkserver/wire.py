"""Messages over a stream socket: four bytes of length, then the message."""

from __future__ import annotations

import socket
import struct
from typing import TypeVar

import msgspec

from pytest_mlinfra.runs.limits import MIB

_Message = TypeVar("_Message", bound=msgspec.Struct)
_LENGTH = struct.Struct("!I")
_LONGEST = 256 * MIB


class BrokenWireError(Exception):
    """The other side closed the connection, or sent what is no message."""


def send(connection: socket.socket, message: msgspec.Struct) -> None:
    """Send `message`.

    Raises:
        BrokenWireError: the other side is gone.
    """
    content = msgspec.msgpack.encode(message)
    try:
        connection.sendall(_LENGTH.pack(len(content)) + content)
    except OSError as error:
        raise BrokenWireError(str(error)) from error


def receive(connection: socket.socket, kind: type[_Message]) -> _Message:
    """The next message, which has to be of `kind`.

    Raises:
        BrokenWireError: there is none, or it is something else.
        TimeoutError: it does not come within the time-out of `connection`.
    """
    (length,) = _LENGTH.unpack(_exactly(connection, _LENGTH.size))
    if length > _LONGEST:
        raise BrokenWireError(f"a message of {length} bytes is too long")
    try:
        return msgspec.msgpack.decode(_exactly(connection, length), type=kind)
    except msgspec.DecodeError as error:
        raise BrokenWireError(str(error)) from error


def _exactly(connection: socket.socket, count: int) -> bytes:
    content = bytearray()
    while len(content) < count:
        try:
            part = connection.recv(min(count - len(content), MIB))
        except TimeoutError:
            raise
        except OSError as error:
            raise BrokenWireError(str(error)) from error
        if not part:
            raise BrokenWireError("the connection was closed")
        content += part
    return bytes(content)
