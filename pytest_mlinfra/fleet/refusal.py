"""Why a request is answered with an error, in words that every protocol has a shape for."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Literal

Reason = Literal[
    "bad request",
    "unauthorized",
    "unknown model",
    "not found",
    "wrong method",
    "conflict",
    "not ready",
    "overloaded",
    "failed",
]

# What most servers answer; a protocol may differ.
USUAL_STATUS: Mapping[Reason, HTTPStatus] = {
    "bad request": HTTPStatus.BAD_REQUEST,
    "unauthorized": HTTPStatus.UNAUTHORIZED,
    "unknown model": HTTPStatus.NOT_FOUND,
    "not found": HTTPStatus.NOT_FOUND,
    "wrong method": HTTPStatus.METHOD_NOT_ALLOWED,
    "conflict": HTTPStatus.CONFLICT,
    "not ready": HTTPStatus.SERVICE_UNAVAILABLE,
    "overloaded": HTTPStatus.SERVICE_UNAVAILABLE,
    "failed": HTTPStatus.INTERNAL_SERVER_ERROR,
}


class Refusal(Exception):  # noqa: N818 - an answer like any other, no mistake of ours
    """Raised by whoever answers a request, in place of an answer.

    The protocol that the request came by gives it its status and its shape.

    Attributes:
        reason: which sort of error it is.
        detail: what was wrong and what would be right, in one sentence.
        headers: further headers of the answer.
        where: the part of the request that it is about, such as ``messages``; None
            for all of it.
    """

    def __init__(
        self,
        reason: Reason,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        where: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.headers = dict(headers or {})
        self.where = where

    @property
    def usual_status(self) -> HTTPStatus:
        """The status that most servers answer with."""
        return USUAL_STATUS[self.reason]
