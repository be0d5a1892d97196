"""Answers that come late, or whose parts do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from functools import partial
from random import Random

from pytest_mlinfra.fleet.faults.fault import Answer, AnswerFault
from pytest_mlinfra.fleet.faults.fields import LongerThanNothing, Seconds
from pytest_mlinfra.fleet.faults.moment import Moment
from pytest_mlinfra.fleet.http import Pieces, Response

_DIGITS = 9


class _Jittered(AnswerFault, frozen=True):
    """Base of the delays.

    Attributes:
        seconds: how late, on the loop's clock.
        jitter: by how many seconds more or less, drawn anew each time.
    """

    seconds: Seconds
    jitter: Seconds = 0

    @property
    def spoils(self) -> bool:
        """Late is not wrong."""
        return False

    def check(self) -> None:
        """A delay cannot be shorter than none."""
        super().check()
        if self.jitter > self.seconds:
            raise self.wrong(
                f"'jitter' is {self.jitter:g}, which is more than the {self.seconds:g} s themselves"
            )

    def draw(self, random: Random) -> float:
        """One delay, in seconds."""
        if not self.jitter:
            return self.seconds
        return round(self.seconds + random.uniform(-self.jitter, self.jitter), _DIGITS)


class Latency(_Jittered, frozen=True):
    """The server takes its time before it deals with the request.

    Attributes:
        seconds: how long, on the loop's clock.
        jitter: by how many seconds more or less, drawn anew for each request.
    """

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Wait, then answer."""
        await asyncio.sleep(self.draw(moment.random))
        return await answer()


class LognormalLatency(AnswerFault, frozen=True):
    """A latency as services have it: mostly short, at times very long.

    Attributes:
        median: half of the latencies are shorter than this; in seconds.
        sigma: how far they spread: the logarithm's standard deviation. With 0.5, one in
            a hundred is over three times the median; with 1, over ten times.
    """

    median: LongerThanNothing
    sigma: Seconds = 0.5

    @property
    def spoils(self) -> bool:
        """Late is not wrong."""
        return False

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Wait, then answer."""
        spread = moment.random.lognormvariate(0, self.sigma)
        await asyncio.sleep(round(self.median * spread, _DIGITS))
        return await answer()


class TimeToFirstByte(_Jittered, frozen=True):
    """The answer is made at once, but is held back.

    Attributes:
        seconds: for how long, on the loop's clock.
        jitter: by how many seconds more or less, drawn anew for each request.
    """

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Answer, then wait."""
        response = await answer()
        await asyncio.sleep(self.draw(moment.random))
        return response


class TimeToFirstToken(_Jittered, frozen=True):
    """The head of the answer comes at once, the first piece of its body late.

    Attributes:
        seconds: how late, on the loop's clock.
        jitter: by how many seconds more or less, drawn anew for each request.
    """

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Answer, with a pause behind the head."""
        return (await answer()).passed_through(partial(self._paced, moment))

    async def _paced(self, moment: Moment, pieces: Pieces) -> AsyncGenerator[bytes]:
        await asyncio.sleep(self.draw(moment.random))
        async for piece in pieces:
            yield piece


class TimeBetweenTokens(_Jittered, frozen=True):
    """Each piece of a stream's body but the first comes late.

    Attributes:
        seconds: how late after the one before, on the loop's clock.
        jitter: by how many seconds more or less, drawn anew for each piece.
    """

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Answer, with pauses between the pieces."""
        return (await answer()).passed_through(partial(self._paced, moment))

    async def _paced(self, moment: Moment, pieces: Pieces) -> AsyncGenerator[bytes]:
        is_first = True
        async for piece in pieces:
            if not is_first:
                await asyncio.sleep(self.draw(moment.random))
            is_first = False
            yield piece
