"""One connection of a server: HTTP/1.1 by h11 on an asyncio transport."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterator
from http import HTTPStatus
from typing import Protocol, cast

import h11

from pytest_mlinfra.fleet.exchange import Exchange, Outcome
from pytest_mlinfra.fleet.faults import BrokenOffError
from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.router import Call

# With this lingering option, closing a socket sends a reset instead of an end.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Service(Protocol):
    """What a connection needs of its server."""

    def connected(self, connection: Connection) -> int:
        """Take note of a new connection; returns its number."""
        ...

    def disconnected(self, connection: Connection) -> None:
        """Take note of a connection's end."""
        ...

    def begin(self, request: Request, connection: int) -> tuple[Exchange, Call]:
        """Take note of a request, and find out where it leads."""
        ...

    async def answer(self, call: Call) -> Response:
        """The response to it."""
        ...

    def end(self, exchange: Exchange, outcome: Outcome) -> None:
        """Take note of how it ended."""
        ...


class Connection(asyncio.Protocol):
    """Reads requests one after another and hands each to the service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._http = h11.Connection(h11.SERVER)
        self._head: h11.Request | None = None
        self._body: list[bytes] = []
        self._answering: asyncio.Task[None] | None = None
        self._number = 0

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of the transport."""
        self._transport = cast(asyncio.Transport, transport)
        self._number = self._service.connected(self)

    def data_received(self, data: bytes) -> None:
        """Take up what has arrived."""
        self._http.receive_data(data)
        self._read()

    def eof_received(self) -> None:
        """The client will send nothing more, which is to say that it has gone."""
        self._http.receive_data(b"")
        self._read()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop answering whoever has gone."""
        self._service.disconnected(self)
        if self._answering is not None:
            self._answering.cancel()

    def abort(self) -> None:
        """Close at once, whatever is under way."""
        self._transport.abort()

    # Reading.

    def _read(self) -> None:
        """Take up what has arrived, until a whole request has or more is needed."""
        while self._answering is None:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                self._refuse(error.error_status_hint, str(error))
                return
            match event:
                case h11.Request():
                    self._head, self._body = event, []
                    if self._http.they_are_waiting_for_100_continue:
                        self._send(h11.InformationalResponse(status_code=100, headers=[]))
                case h11.Data():
                    self._body.append(bytes(event.data))
                case h11.EndOfMessage():
                    loop = asyncio.get_running_loop()
                    self._answering = loop.create_task(self._answer(self._request()))
                case h11.ConnectionClosed():
                    self._transport.close()
                    return
                case _:
                    return

    def _request(self) -> Request:
        assert self._head is not None
        path, _, query = self._head.target.decode("ascii", "replace").partition("?")
        headers = {
            name.decode("ascii"): value.decode("latin-1") for name, value in self._head.headers
        }
        return Request(
            self._head.method.decode("ascii"), path, query, headers, b"".join(self._body)
        )

    # Answering.

    async def _answer(self, request: Request) -> None:
        exchange, call = self._service.begin(request, self._number)
        try:
            response = await self._service.answer(call)
            exchange.status = response.status
            await self._respond(response, without_body=request.method == "HEAD")
        except asyncio.CancelledError:
            # The client has gone away; there is nobody left to answer.
            self._service.end(exchange, "cancelled")
            raise
        except BrokenOffError:
            self._service.end(exchange, "reset")
            self._reset()
            return
        self._service.end(exchange, "served")
        self._answering = None
        self._go_on()

    def _go_on(self) -> None:
        """Take up the next request of the connection, unless it has to close."""
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            self._read()
        elif not self._transport.is_closing():
            self._transport.close()

    async def _respond(self, response: Response, *, without_body: bool) -> None:
        """Send `response`: at once, or piece by piece if it is a stream."""
        if response.stream is None or without_body:
            self._send(*_whole(response, without_body=without_body))
            return
        headers = [*response.headers.items(), ("transfer-encoding", "chunked")]
        self._send(h11.Response(status_code=response.status, headers=headers))
        async for piece in response.stream:
            self._send(h11.Data(data=piece))
        self._send(h11.EndOfMessage())

    def _refuse(self, status: int, reason: str) -> None:
        """Answer what is not HTTP, if that is still possible, and close."""
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            refusal = Response.of_error(status, f"this is not a valid request: {reason}")
            self._send(*_whole(refusal))
        self._transport.close()

    def _send(self, *events: h11.Event) -> None:
        chunks = [self._http.send(event) or b"" for event in events]
        self._transport.write(b"".join(chunks))

    def _reset(self) -> None:
        """End the connection with a reset packet."""
        handle = cast(socket.socket, self._transport.get_extra_info("socket"))
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()


def _whole(response: Response, *, without_body: bool = False) -> Iterator[h11.Event]:
    """What a response that is no stream consists of."""
    headers = [*response.headers.items(), ("content-length", str(len(response.body)))]
    if response.status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        without_body = True
        headers.pop()
    yield h11.Response(status_code=response.status, headers=headers)
    if not without_body:
        yield h11.Data(data=response.body)
    yield h11.EndOfMessage()
