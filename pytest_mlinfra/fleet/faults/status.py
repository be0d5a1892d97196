"""Answers with another status code than the model's."""

from __future__ import annotations

import math
import time
from email.utils import formatdate
from http import HTTPStatus

from pytest_mlinfra.fleet.faults.fault import Answer, AnswerFault, EarlyFault
from pytest_mlinfra.fleet.faults.fields import (
    Count,
    ErrorCode,
    Fields,
    Number,
    RedirectCode,
    StatusCode,
)
from pytest_mlinfra.fleet.faults.moment import Moment
from pytest_mlinfra.fleet.http import Headers, Response


class Status(AnswerFault, frozen=True):
    """Another status code takes the place of the answer.

    Attributes:
        code: the status code, 200 to 599; the body is empty.
        headers: further headers, for instance ``{"location": "/elsewhere"}``; in pairs
            if one is to come twice.
    """

    code: StatusCode = 503
    headers: Fields = ()

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Answer with the status code and an empty body."""
        headers = self.headers
        return Response(
            self.code, headers=Headers(headers if isinstance(headers, tuple) else headers.items())
        )


class RateLimit(AnswerFault, frozen=True):
    """Answers 429 and says when to come back.

    Attributes:
        retry_after: in how many seconds.
        as_date: whether ``Retry-After`` says so as a date instead of in seconds. It has
            whole seconds, and is rounded up.
    """

    retry_after: Count = 1
    as_date: bool = False

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Answer 429."""
        value = str(self.retry_after)
        if self.as_date:
            value = formatdate(math.ceil(time.time() + self.retry_after), usegmt=True)
        response = Response.of_error(HTTPStatus.TOO_MANY_REQUESTS)
        return response.with_headers({"retry-after": value})


class Overload(AnswerFault, frozen=True):
    """Turns requests away while too many are in flight.

    Attributes:
        limit: how many may be in flight at once; the next one is turned away.
        code: what it is turned away with: 503, 429 or another error.
        retry_after: what ``Retry-After`` says, in seconds; None for no such header.
    """

    limit: Number
    code: ErrorCode = 503
    retry_after: Count | None = None

    def acts(self, moment: Moment) -> bool:
        """Admits the request if there is room; there is until its answer has ended."""
        if moment.in_flight >= self.limit:
            return True
        moment.admit()
        return False

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Turn the request away."""
        response = Response.of_error(self.code)
        if self.retry_after is None:
            return response
        return response.with_headers({"retry-after": str(self.retry_after)})


class RedirectLoop(AnswerFault, frozen=True):
    """Every answer leads back to the same question.

    Attributes:
        code: the status code, 300 to 399.
    """

    code: RedirectCode = 307

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Redirect to the request's own target."""
        assert moment.request is not None
        return Response(self.code, headers={"location": moment.request.target})


class EarlyResponse(EarlyFault, frozen=True):
    """The answer comes before the body of the request has been read, which it never is.

    Attributes:
        code: the status code, 200 to 599.
    """

    code: StatusCode = 413

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Answer, whatever the body will be."""
        return Response.of_error(self.code)
