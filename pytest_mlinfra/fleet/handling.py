"""One request being handled, from its arrival to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus

from pytest_mlinfra.fleet.exchange import Exchange, Outcome
from pytest_mlinfra.fleet.faults import Answer, BrokenOffError, Moment, RequestFault, WireFault
from pytest_mlinfra.fleet.http import Response
from pytest_mlinfra.fleet.journal import Journal
from pytest_mlinfra.fleet.router import Call

Befalling = Sequence[tuple[RequestFault, Moment]]


class Handling:
    """Answers a request with the faults that befall it, and writes down what becomes of it.

    Args:
        call: the request, and where it leads.
        connection: the number of its connection.
        journal: where it is written down.
        befalling: the faults that befall it, outermost first.

    Attributes:
        exchange: what the journal keeps of it.
        wire_faults: what befalls the answer on its way, outermost first; empty before
            there is an answer.
    """

    def __init__(self, call: Call, connection: int, journal: Journal, befalling: Befalling) -> None:
        self.wire_faults: list[tuple[WireFault, Moment]] = []
        self._call = call
        self._journal = journal
        self._befalling = befalling
        self._clock = asyncio.get_running_loop().time
        self._is_spoilt = False
        route = None if call.route is None else call.route.path
        self.exchange: Exchange = journal.begin(
            call.model, call.request, connection, self._clock(), route
        )

    async def answer(self) -> Response:
        """The answer, by the model or by a fault in its place.

        Raises:
            BrokenOffError: there is none; a fault ends the connection.
        """
        answer: Answer = self._call.answer
        for fault, moment in reversed(self._befalling):
            answer = partial(self._around, fault, moment, answer)
        try:
            response = await answer()
        except BrokenOffError:
            raise
        except Exception as error:  # noqa: BLE001 - somebody else's fault may be mistaken
            response = self.failure(error)
        self.exchange.status = response.status
        return response

    def failure(self, error: Exception) -> Response:
        """The answer where there should have been another, but for `error`."""
        self.exchange.status = HTTPStatus.INTERNAL_SERVER_ERROR
        return Response.of_error(self.exchange.status, f"{type(error).__name__}: {error}")

    def end(self, outcome: Outcome | None = None) -> None:
        """Take note that it is over; None is for a whole answer."""
        for _, moment in self._befalling:
            moment.over()
        if outcome is None:
            outcome = "faulted" if self._is_spoilt else "served"
        self._journal.end(self.exchange, outcome, self._clock())

    async def _around(self, fault: RequestFault, moment: Moment, answer: Answer) -> Response:
        if not fault.acts(moment):
            return await answer()
        self.exchange.faults.append(fault.kind)
        self._is_spoilt = self._is_spoilt or fault.spoils
        if isinstance(fault, WireFault):
            self.wire_faults.append((fault, moment))
        return await fault.around(moment, answer)
