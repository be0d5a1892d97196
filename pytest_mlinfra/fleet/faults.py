"""What goes wrong with a model server, as data.

A fault wraps the answering of a request. Several on one server are applied in their
order, each around those after it: a latency before a status delays the error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pytest_mlinfra.fleet.http import Request, Response

Answer = Callable[[], Awaitable[Response]]


class BrokenOffError(Exception):
    """Raised by a fault that ends the connection instead of answering."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Base of every fault: which requests it befalls.

    Attributes:
        path: only requests for this path; None for all.
        first: only so many of the first requests that match; None for all.
    """

    path: str | None = None
    first: int | None = None

    def matches(self, request: Request, seen: int) -> bool:
        """Whether it befalls `request`.

        Args:
            request: what was asked.
            seen: how many requests on `path` the server has had before this one.
        """
        on_path = self.path is None or self.path == request.path
        return on_path and (self.first is None or seen < self.first)

    async def around(self, answer: Answer) -> Response:
        """Answer in place of `answer`, or by it.

        Raises:
            BrokenOffError: to reset the connection.
        """
        return await answer()


@dataclass(frozen=True)
class Latency(Fault):
    """The answer comes late.

    Attributes:
        seconds: how late, on the loop's clock.
    """

    seconds: float

    async def around(self, answer: Answer) -> Response:
        """Wait, then answer."""
        await asyncio.sleep(self.seconds)
        return await answer()


@dataclass(frozen=True)
class Status(Fault):
    """Another status code takes the place of the answer.

    Attributes:
        code: the status code, 200 to 599.
        headers: further headers, for instance ``{"retry-after": "1"}``.
    """

    code: int = 503
    headers: tuple[tuple[str, str], ...] = ()

    async def around(self, answer: Answer) -> Response:
        """Answer with the status code and an empty body."""
        return Response(self.code, headers=dict(self.headers))


@dataclass(frozen=True)
class Hang(Fault):
    """No answer ever comes; the connection stays open."""

    async def around(self, answer: Answer) -> Response:
        """Wait for ever."""
        await asyncio.Event().wait()
        return await answer()


@dataclass(frozen=True)
class Reset(Fault):
    """The connection is reset instead of answered.

    Attributes:
        after: seconds to wait before that, on the loop's clock.
    """

    after: float = 0

    async def around(self, answer: Answer) -> Response:
        """Wait, then break off."""
        await asyncio.sleep(self.after)
        raise BrokenOffError
