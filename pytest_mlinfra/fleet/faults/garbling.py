"""Answers that are not HTTP, or contradict themselves."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator

from pytest_mlinfra.fleet.faults.fault import BrokenOffError, WireFault
from pytest_mlinfra.fleet.faults.moment import Moment
from pytest_mlinfra.fleet.http import Pieces

_LENGTH = re.compile(rb"^content-length: *(\d+)\r\n", re.IGNORECASE | re.MULTILINE)


class MalformedHead(WireFault, frozen=True):
    """The head of the answer is not HTTP.

    Attributes:
        head: what comes in place of the status line; the connection is closed after it.
    """

    head: str = "HTTP/9.9 banana"

    async def through(self, moment: Moment, pieces: Pieces) -> AsyncGenerator[bytes]:
        """The false head alone."""
        yield self.head.encode() + b"\r\n\r\n"
        raise BrokenOffError("closed")


class BadChunk(WireFault, frozen=True):
    """The body comes in chunks, and the second has no size; the connection is closed after it."""

    async def through(self, moment: Moment, pieces: Pieces) -> AsyncGenerator[bytes]:
        """One chunk of the body, then one without a size."""
        head = await anext(pieces)
        body = await anext(pieces, b"")
        if _LENGTH.search(head):
            head = _LENGTH.sub(b"transfer-encoding: chunked\r\n", head)
            half = body[: len(body) // 2]
            body = b"%x\r\n%b\r\n" % (len(half), half) if half else b""
        yield head + body + b"zz\r\n"
        raise BrokenOffError("closed")


class WrongContentLength(WireFault, frozen=True):
    """``Content-Length`` is not the length of the body; the connection stays open.

    A stream in chunks has no such header and comes as it is.

    Attributes:
        by: how many bytes too many it announces; below 0, too few.
    """

    by: int = 1

    def check(self) -> None:
        """A right length is none that is wrong."""
        super().check()
        if self.by == 0:
            raise self.wrong("'by' is 0, with which the length would be right")

    async def through(self, moment: Moment, pieces: Pieces) -> AsyncGenerator[bytes]:
        """The same bytes with another length in their head."""
        head = await anext(pieces)
        yield _LENGTH.sub(
            lambda found: b"content-length: %d\r\n" % max(0, int(found[1]) + self.by), head
        )
        async for piece in pieces:
            yield piece
