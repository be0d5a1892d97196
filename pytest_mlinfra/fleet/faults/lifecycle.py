"""Servers that are not up yet, or not all the time."""

from __future__ import annotations

import asyncio
from typing import Literal

from pytest_mlinfra.fleet.faults.fault import Answer, AnswerFault
from pytest_mlinfra.fleet.faults.fields import ErrorCode, LongerThanNothing
from pytest_mlinfra.fleet.faults.moment import Moment
from pytest_mlinfra.fleet.http import Response

_DIGITS = 9


class Flapping(AnswerFault, frozen=True):
    """The server is up for a while, then down for a while, and so on.

    Attributes:
        up: for how many seconds of the loop's clock it is up, at first and each time.
        down: for how many it is down after that.
        code: what it answers while it is down.
    """

    up: LongerThanNothing
    down: LongerThanNothing
    code: ErrorCode = 503

    def acts(self, moment: Moment) -> bool:
        """Whether it is down."""
        return round(moment.elapsed % (self.up + self.down), _DIGITS) >= self.up

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Answer that the server is down."""
        return Response.of_error(self.code)


class ColdStart(AnswerFault, frozen=True):
    """The server needs time before it can answer for the first time.

    Attributes:
        seconds: how much, on the loop's clock.
        begins: when that time begins: with the fault, or with the first request.
        code: what those are answered who come too early; None if they are made to wait.
    """

    seconds: LongerThanNothing
    begins: Literal["start", "first request"] = "start"
    code: ErrorCode | None = None

    @property
    def spoils(self) -> bool:
        """Late is not wrong."""
        return self.code is not None

    def acts(self, moment: Moment) -> bool:
        """Whether the server is still cold."""
        return self._missing(moment) > 0

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Wait until the server is warm, or answer that it is not."""
        if self.code is not None:
            return Response.of_error(self.code)
        await asyncio.sleep(self._missing(moment))
        return await answer()

    def _missing(self, moment: Moment) -> float:
        warm_for = moment.elapsed if self.begins == "start" else moment.since_first
        return round(self.seconds - warm_for, _DIGITS)
