"""One connection of a server: its requests, one after another, and their answers."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import cast

import h11

from pytest_mlinfra.fleet.bodies import IncomingBody
from pytest_mlinfra.fleet.exchange import answering
from pytest_mlinfra.fleet.faults import BrokenOffError
from pytest_mlinfra.fleet.framing import CONTINUE, FramedResponse
from pytest_mlinfra.fleet.handling import Handling
from pytest_mlinfra.fleet.http import Response
from pytest_mlinfra.fleet.reading import BadRequestError, Head, RequestReader
from pytest_mlinfra.fleet.router import Call, is_being_cancelled
from pytest_mlinfra.fleet.sending import Sender
from pytest_mlinfra.fleet.service import Service

_log = logging.getLogger(__name__)
# How many bytes to take in for further requests while one is being answered.
_READ_AHEAD = 256 * 2**10
# How long, in seconds of the loop's clock, a client may go on sending that has got its
# answer early. Cut off at once, it might not get to read the answer.
_LINGER = 2.0


class _Incoming:
    """A request that is arriving, or has arrived and is being answered."""

    __slots__ = ("body", "call", "handling", "has_begun", "head", "is_complete", "task")

    def __init__(self, head: Head, call: Call) -> None:
        self.head = head
        self.call = call
        self.body = IncomingBody("count" if call.route is None else call.route.body)
        self.is_complete = False
        self.has_begun = False
        self.handling: Handling | None = None
        self.task: asyncio.Task[None] | None = None


class Connection(asyncio.Protocol):
    """Reads requests one after another, and sends the answers in their order.

    Args:
        service: who knows the answers.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._loop = asyncio.get_running_loop()
        self._reader = RequestReader(service.limits)
        self._incoming: _Incoming | None = None
        self._is_reading = True
        self._ahead = 0
        self._lingering: asyncio.TimerHandle | None = None

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of the transport."""
        self._transport = cast(asyncio.Transport, transport)
        self._sender = Sender(self._transport)
        self._record = self._service.connected(self)

    def data_received(self, data: bytes) -> None:
        """Take up what has arrived."""
        if not self._is_reading:
            return
        self._reader.feed(data)
        if self._incoming is not None and self._incoming.is_complete:
            self._hold_back(len(data))
        else:
            self._read()

    def eof_received(self) -> None:
        """The client will send nothing more, which is to say that it has gone."""
        if self._is_reading:
            self._reader.feed(b"")
            self._read()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop answering whoever has gone."""
        self._is_reading = False
        if self._lingering is not None:
            self._lingering.cancel()
        if self._incoming is not None:
            self._abandon(self._incoming)
        self._service.disconnected(self, self._record)

    def pause_writing(self) -> None:
        """The client does not read what there is for it."""
        self._sender.pause()

    def resume_writing(self) -> None:
        """The client reads again."""
        self._sender.resume()

    def _abandon(self, incoming: _Incoming) -> None:
        """Stop answering a request whose client has gone."""
        if not incoming.has_begun:
            # Nor will a task that is cancelled before its first step see to the end of it.
            handling = incoming.handling or self._begin(incoming)
            handling.end("cancelled")
            incoming.body.close()
        if incoming.task is not None:
            self._service.see_off(incoming.task)

    # What the server calls.

    @property
    def number(self) -> int:
        """Which connection of its server it is, counted from 1."""
        return self._record.number

    @property
    def client(self) -> tuple[str, int]:
        """The address of the client's end: host and port."""
        host, port = self._transport.get_extra_info("peername")[:2]
        return host, port

    def abort(self) -> None:
        """Close at once, whatever is under way."""
        self._transport.abort()

    def close_when_idle(self) -> None:
        """Close once what is under way has been answered."""
        if self._incoming is None:
            self._transport.close()

    # Reading.

    def _read(self) -> None:
        """Take up what has arrived, until a whole request has or more is needed."""
        try:
            while self._is_reading and (self._incoming is None or not self._incoming.is_complete):
                event = self._reader.next_event()
                if event is None:
                    return
                self._take(event)
        except BadRequestError as error:
            self._refuse(error)

    def _take(self, event: h11.Event) -> None:
        if isinstance(event, h11.ConnectionClosed):
            self._is_reading = False
            self._transport.close()
        elif isinstance(event, h11.Request):
            self._take_head(self._reader.head(event))
        elif (incoming := self._incoming) is not None:
            if isinstance(event, h11.Data):
                incoming.body.write(event.data)
                self._reader.check_size(incoming.body.size)
            else:
                self._complete(incoming)

    def _complete(self, incoming: _Incoming) -> None:
        incoming.is_complete = True
        if incoming.task is None:
            self._start(incoming, self._begin(incoming))

    def _take_head(self, head: Head) -> None:
        call = self._service.resolve(head.request)
        incoming = self._incoming = _Incoming(head, call)
        self._reader.check_size(head.length)
        early = self._service.begin_early(call, self._record.number)
        if early is None and head.expects_continue and call.route is None:
            early = self._service.begin(call, self._record.number)
        if early is not None:
            incoming.body = IncomingBody("count")
            self._start(incoming, early)
        elif head.expects_continue:
            self._sender.send_now(CONTINUE)
        if head.length == 0:
            # Nothing is left that h11 could tell.
            self._complete(incoming)

    def _begin(self, incoming: _Incoming) -> Handling:
        """Hand over a request with as much of its body as there is."""
        call, body = incoming.call, incoming.body
        if body.size or (call.route is not None and call.route.body != "memory"):
            request = replace(incoming.head.request, body=body.joined(), upload=body.upload())
            call = self._service.resolve(request)
        return self._service.begin(call, self._record.number)

    def _refuse(self, error: BadRequestError) -> None:
        """Answer what cannot be read any further, and close."""
        self._is_reading = False
        incoming, self._incoming = self._incoming, None
        if incoming is not None and incoming.task is not None:
            # It has its answer, or will have; only its body makes no sense.
            self._incoming = incoming
            return
        if incoming is not None:
            handling = self._begin(incoming)
            handling.exchange.status = error.status
            handling.end()
            incoming.body.close()
        refusal = Response.of_error(error.status, f"this request cannot be served: {error}")
        self._sender.send_now(FramedResponse(refusal, None, may_keep_alive=False).whole)
        self._linger()

    def _hold_back(self, size: int) -> None:
        """Take no more in, if much has arrived that will have to wait for its turn."""
        self._ahead += size
        if self._ahead > _READ_AHEAD:
            self._transport.pause_reading()

    # Answering.

    def _start(self, incoming: _Incoming, handling: Handling) -> None:
        request = handling.exchange.request
        incoming.handling = handling
        incoming.task = self._loop.create_task(
            self._answer(incoming, handling), name=f"answer {request.method} {request.path}"
        )

    async def _answer(self, incoming: _Incoming, handling: Handling) -> None:
        incoming.has_begun = True
        try:
            with answering(handling.exchange):
                framed = await self._send_answer(incoming, handling)
            handling.end()
            self._go_on(incoming, keep_alive=framed.keep_alive)
        except BrokenOffError as error:
            handling.end("reset" if error.ending == "reset" else "faulted")
            self._is_reading = False
            self._sender.end(error.ending)
        except BaseException as error:
            if is_being_cancelled() or not isinstance(error, Exception | asyncio.CancelledError):
                handling.end("cancelled")
                self._transport.abort()
                raise
            # A stream that raises has no other way left to say so than to end too early.
            _log.exception("the stream of %s broke", handling.exchange.path)
            handling.end("faulted")
            self._transport.close()
        finally:
            incoming.body.close()

    async def _send_answer(self, incoming: _Incoming, handling: Handling) -> FramedResponse:
        response = await handling.answer()
        can_go_on = incoming.is_complete and not self._service.is_stopping
        try:
            framed = FramedResponse(response, incoming.head, may_keep_alive=can_go_on)
        except ValueError as error:
            await response.close()
            failure = handling.failure(error)
            framed = FramedResponse(failure, incoming.head, may_keep_alive=can_go_on)
        await self._sender.send(framed, handling.wire_faults, handling.exchange)
        return framed

    def _go_on(self, incoming: _Incoming, *, keep_alive: bool) -> None:
        """Take up the next request of the connection, unless it has to close."""
        if not incoming.is_complete:
            self._linger()
        elif keep_alive and not self._service.is_stopping:
            self._incoming, self._ahead = None, 0
            self._transport.resume_reading()
            if self._reader.next_request():
                self._read()
        else:
            self._transport.close()

    def _linger(self) -> None:
        """Send nothing more, but let a client that still sends do so for a while."""
        self._is_reading = False
        if not self._sender.half_close():
            return
        self._lingering = self._loop.call_later(_LINGER, self._transport.abort)
