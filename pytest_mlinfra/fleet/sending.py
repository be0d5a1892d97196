"""Bytes on their way to the client: no faster than it reads, and with every fault."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Sequence
from contextlib import AsyncExitStack, aclosing
from typing import cast

from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.faults import Moment, WireFault
from pytest_mlinfra.fleet.faults.fault import Ending
from pytest_mlinfra.fleet.framing import FramedResponse
from pytest_mlinfra.fleet.http import Pieces

# With this lingering option, closing a socket sends a reset instead of an end.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)

WireFaults = Sequence[tuple[WireFault, Moment]]


class Sender:
    """Writes to one transport.

    Args:
        transport: where to.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._resumed: asyncio.Future[None] | None = None

    def pause(self) -> None:
        """The client does not read what there is: wait before writing more."""
        self._resumed = self._loop.create_future()

    def resume(self) -> None:
        """The client reads again."""
        if self._resumed is not None and not self._resumed.done():
            self._resumed.set_result(None)
        self._resumed = None

    async def send(self, framed: FramedResponse, faults: WireFaults, exchange: Exchange) -> None:
        """Send a response, each piece as soon as it is there.

        Raises:
            BrokenOffError: one of `faults` says so.
        """
        if framed.is_small and not faults:
            await self._write(framed.whole, exchange)
            return
        async with AsyncExitStack() as stack:
            stack.push_async_callback(framed.response.close)
            pieces: Pieces = await stack.enter_async_context(aclosing(framed.pieces()))
            for fault, moment in reversed(faults):
                pieces = await stack.enter_async_context(aclosing(fault.through(moment, pieces)))
            async for piece in pieces:
                await self._write(piece, exchange)

    def send_now(self, data: bytes) -> None:
        """Hand over a few bytes, however slowly the client reads."""
        self._transport.write(data)

    def end(self, ending: Ending) -> None:
        """End the connection in one of the ways in which a fault may."""
        match ending:
            case "reset":
                handle = cast(socket.socket, self._transport.get_extra_info("socket"))
                handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
                self._transport.abort()
            case "half-closed":
                self.half_close()
            case "closed":
                self._transport.close()

    def half_close(self) -> bool:
        """Send nothing more; tell whether the connection lives on, as none of TLS does."""
        if not self._transport.can_write_eof():
            self._transport.close()
            return False
        try:
            self._transport.write_eof()
        except OSError:
            # The client has gone; the transport has not been told yet.
            self._transport.abort()
            return False
        return True

    async def _write(self, data: bytes, exchange: Exchange) -> None:
        exchange.sent(len(data), self._loop.time())
        self._transport.write(data)
        if self._resumed is not None:
            await self._resumed
