"""A request and a response, without the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import msgspec


@dataclass(frozen=True)
class Request:
    """A request as the server read it.

    Attributes:
        method: upper case, for instance ``POST``.
        path: the target without its query.
        query: what stands behind the question mark, undecoded.
        headers: names in lower case; of a repeated header, the last value.
        body: the whole body, chunks joined.
        parameters: what stood in the path in place of a route's ``{name}``, by name.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    parameters: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            msgspec.DecodeError: it is not valid JSON.
        """
        return msgspec.json.decode(self.body)


@dataclass(frozen=True)
class Response:
    """A response to be sent.

    Attributes:
        status: the status code.
        body: the body; its length becomes a header.
        headers: besides the length or the transfer encoding.
        stream: the body piece by piece, each sent as a chunk as soon as it comes; in
            place of `body`.
    """

    status: int = HTTPStatus.OK
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: AsyncIterator[bytes] | None = None

    @classmethod
    def of_json(cls, content: object, status: int = HTTPStatus.OK) -> Response:
        """A response with `content` as JSON."""
        headers = {"content-type": "application/json"}
        return cls(status, msgspec.json.encode(content), headers)

    @classmethod
    def of_error(cls, status: int, detail: str | None = None) -> Response:
        """An error as model servers report it: JSON with one key, ``error``."""
        return cls.of_json({"error": detail or HTTPStatus(status).phrase}, status)
