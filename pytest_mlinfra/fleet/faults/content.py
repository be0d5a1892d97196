"""Answers whose body is not what it should be."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

from pytest_mlinfra.fleet.faults.fault import Answer, AnswerFault, BrokenOffError
from pytest_mlinfra.fleet.faults.fields import Count
from pytest_mlinfra.fleet.faults.moment import Moment
from pytest_mlinfra.fleet.http import Pieces, Response


class InvalidJson(AnswerFault, frozen=True):
    """The body says that it is JSON, and is not.

    Attributes:
        text: the body.
    """

    text: str = '{"prediction": [0.1, 0.'

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Answer with another body."""
        response = replace(await answer(), body=self.text.encode(), stream=None)
        return response.with_headers({"content-type": "application/json"})


class WrongContentType(AnswerFault, frozen=True):
    """The body is right, but its content type is another.

    Attributes:
        content_type: which one.
    """

    content_type: str = "text/html"

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Answer under a false name."""
        return (await answer()).with_headers({"content-type": self.content_type})


class GarbledGzip(AnswerFault, frozen=True):
    """The body says that it is compressed by gzip, and is not."""

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Answer with a false encoding."""
        return (await answer()).with_headers({"content-encoding": "gzip"})


class CutStream(AnswerFault, frozen=True):
    """A stream ends in the middle, without the sign that it is complete.

    Attributes:
        after_pieces: how many pieces of the body come before that: events, lines or
            tokens. A body that is no stream is one piece. A stream with fewer is complete.
    """

    after_pieces: Count = 1

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Answer by half."""
        return (await answer()).passed_through(self._cut)

    async def _cut(self, pieces: Pieces) -> AsyncGenerator[bytes]:
        for _ in range(self.after_pieces):
            piece = await anext(pieces, None)
            if piece is None:
                return
            yield piece
        raise BrokenOffError("closed")
