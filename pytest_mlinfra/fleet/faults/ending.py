"""Answers that end before they are complete, or do not come at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from pytest_mlinfra.fleet.faults.fault import Answer, BrokenOffError, Ending, WireFault
from pytest_mlinfra.fleet.faults.fields import Count
from pytest_mlinfra.fleet.faults.moment import Moment
from pytest_mlinfra.fleet.http import Pieces, Response


class Hang(WireFault, frozen=True):
    """The server says nothing more; the connection stays open.

    Attributes:
        after_bytes: how many bytes of the body come before that; None if not even the
            head does.
    """

    after_bytes: Count | None = None

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Wait for ever, or answer."""
        if self.after_bytes is None:
            await _for_ever()
        return await answer()

    async def through(self, moment: Moment, pieces: Pieces) -> AsyncGenerator[bytes]:
        """The beginning of the answer."""
        async for piece in beginning(pieces, self.after_bytes or 0):
            yield piece
        await _for_ever()


class _Ending(WireFault, frozen=True):
    """Base of those that end the connection before the answer, or within it.

    Attributes:
        after_bytes: how many bytes of the body come before that; None if not even the
            head does.
    """

    after_bytes: Count | None = None

    @property
    def ending(self) -> Ending:
        """How the connection ends."""
        raise NotImplementedError

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Break off, or answer."""
        if self.after_bytes is None:
            raise BrokenOffError(self.ending)
        return await answer()

    async def through(self, moment: Moment, pieces: Pieces) -> AsyncGenerator[bytes]:
        """The beginning of the answer."""
        async for piece in beginning(pieces, self.after_bytes or 0):
            yield piece
        raise BrokenOffError(self.ending)


class Reset(_Ending, frozen=True):
    """The connection is reset.

    Attributes:
        after_bytes: how many bytes of the body come before that; None if not even the
            head does.
    """

    @property
    def ending(self) -> Ending:
        """By a packet that says so."""
        return "reset"


class HalfClose(_Ending, frozen=True):
    """The server closes its half of the connection, and would still read the other.

    Attributes:
        after_bytes: how many bytes of the body come before that; None if not even the
            head does.
    """

    @property
    def ending(self) -> Ending:
        """By sending nothing more."""
        return "half-closed"


class EmptyReply(WireFault, frozen=True):
    """The connection is closed without a single byte of an answer."""

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Break off."""
        raise BrokenOffError("closed")


class TruncatedBody(WireFault, frozen=True):
    """The connection is closed in the middle of the body.

    Attributes:
        after_bytes: how many bytes of the body come before that.
    """

    after_bytes: Count = 1

    async def through(self, moment: Moment, pieces: Pieces) -> AsyncGenerator[bytes]:
        """The beginning of the answer."""
        async for piece in beginning(pieces, self.after_bytes):
            yield piece
        raise BrokenOffError("closed")


async def beginning(pieces: Pieces, size: int) -> AsyncGenerator[bytes]:
    """The head, and of the rest the first `size` bytes; all of it if it has no more."""
    yield await anext(pieces)
    while size > 0:
        piece = await anext(pieces, None)
        if piece is None:
            return
        yield piece[:size]
        size -= len(piece)


async def _for_ever() -> None:
    await asyncio.get_running_loop().create_future()
