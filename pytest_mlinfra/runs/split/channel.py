"""A connected socket that carries one message at a time, with a limit on each."""

from __future__ import annotations

import select
import socket
import struct
import time

import msgspec

from pytest_mlinfra.clock.blocking.watch import unwatched
from pytest_mlinfra.errors import BrokenRuleError
from pytest_mlinfra.runs.split.messages import Message

# Bytes that one message may have.
LARGEST_MESSAGE = 8 * 1024 * 1024
_LENGTH = struct.Struct("!I")

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Message)


def real_seconds() -> float:
    """A clock of real time, which no virtual clock stands in for."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


class Channel:
    """Sends and receives messages; for the other side to run is no call that blocks.

    Args:
        connection: a connected stream socket; it becomes the channel's own.
    """

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(True)
        self._connection = connection
        self._poll = select.poll()
        self._poll.register(connection, select.POLLIN)

    def send(self, message: Message) -> None:
        """Send `message`.

        Raises:
            BrokenRuleError: it is too large, or nobody is at the other end.
        """
        content = _encoder.encode(message)
        if len(content) > LARGEST_MESSAGE:
            raise BrokenRuleError(f"was to be sent {len(content)} bytes, more than is allowed")
        try:
            unwatched(self._connection.sendall, _LENGTH.pack(len(content)) + content)
        except OSError as error:
            raise BrokenRuleError(f"is gone ({error.strerror})", "ended-early") from error

    def receive(self, seconds: float | None = None) -> Message:
        """The next message.

        Args:
            seconds: the most real time to wait for the whole of it; None for no limit.

        Raises:
            BrokenRuleError: none came in time, or what came is no message.
        """
        deadline = None if seconds is None else real_seconds() + seconds
        try:
            (length,) = _LENGTH.unpack(self._read(_LENGTH.size, deadline))
            if length > LARGEST_MESSAGE:
                raise BrokenRuleError(f"announced a message of {length} bytes")
            message: Message = _decoder.decode(self._read(length, deadline))
        except TimeoutError:
            raise BrokenRuleError(
                f"kept the turn for {seconds:g} s of real time", "time-limit"
            ) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BrokenRuleError(f"sent what is no message: {error}") from error
        return message

    def close(self) -> None:
        """Close this end."""
        self._connection.close()

    def _read(self, size: int, deadline: float | None) -> bytes:
        """Exactly `size` bytes.

        Raises:
            TimeoutError: they were not there at the deadline.
            BrokenRuleError: the other end was closed before that.
        """
        parts: list[bytes] = []
        while size:
            if deadline is not None:
                left = max(deadline - real_seconds(), 0)
                if not unwatched(self._poll.poll, left * 1000):
                    raise TimeoutError
            try:
                part = unwatched(self._connection.recv, min(size, 1 << 20))
            except OSError as error:
                raise BrokenRuleError(f"is gone ({error.strerror})", "ended-early") from error
            if not part:
                raise BrokenRuleError("has ended", "ended-early")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)
