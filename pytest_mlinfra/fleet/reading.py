"""Requests out of bytes, by h11, and what is refused before anybody looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

import h11

from pytest_mlinfra.fleet.http import Headers, Request
from pytest_mlinfra.fleet.paths import decode_path


@dataclass(frozen=True)
class SizeLimits:
    """What a server takes at most, in bytes.

    Attributes:
        target: of the target of a request; beyond it the answer is 414.
        head: of a request's whole head; beyond it the answer is 431.
        body: of its body; beyond it the answer is 413.
    """

    target: int = 8 * 2**10
    head: int = 64 * 2**10
    body: int = 2**30


class BadRequestError(Exception):
    """What has arrived is no request that can be answered as it wishes.

    Attributes:
        status: the status code of the refusal.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(slots=True)
class Head:
    """The head of a request, and what it means for the connection.

    Attributes:
        request: the request without its body.
        length: how long its body will be; None for one in chunks.
        is_http_1_1: whether the client knows of chunks.
        keep_alive: whether the connection may go on after the answer.
        expects_continue: whether the client waits to be asked for the body.
    """

    request: Request
    length: int | None
    is_http_1_1: bool
    keep_alive: bool
    expects_continue: bool


class RequestReader:
    """Takes bytes in and gives the events of one request after another.

    Only reading is left to h11: what is sent may break every rule, so h11 must not know.
    """

    def __init__(self, limits: SizeLimits) -> None:
        self._limits = limits
        self._http = self._parser()
        self._fed = 0

    def feed(self, data: bytes) -> None:
        """Take in what has arrived; no bytes mean that the client sends no more."""
        if not self._fed and data:
            # Some clients send an empty line behind a body.
            data = data.lstrip(b"\r\n")
            if not data:
                return
        self._fed += len(data)
        self._http.receive_data(data)

    def next_event(self) -> h11.Event | None:
        """The next event of the request; None if more bytes are needed for it.

        Raises:
            BadRequestError: what has arrived is not HTTP, or too large.
        """
        try:
            event = self._http.next_event()
        except h11.RemoteProtocolError as error:
            raise BadRequestError(self._status(error), str(error)) from error
        return None if event is h11.NEED_DATA or event is h11.PAUSED else cast(h11.Event, event)

    def next_request(self) -> bool:
        """Be ready for the request behind the one that has been read.

        Returns:
            Whether something of it has arrived.
        """
        data, has_ended = self._http.trailing_data
        self._http = self._parser()
        self._fed = 0
        if data:
            self.feed(data)
        if has_ended:
            self.feed(b"")
        return bool(data) or has_ended

    def head(self, event: h11.Request) -> Head:
        """What the head of a request says.

        Raises:
            BadRequestError: it is too large, or of another version of HTTP.
        """
        target = event.target.decode("ascii")
        headers = Headers([(n.decode(), v.decode("latin-1")) for n, v in event.headers.raw_items()])
        if not event.http_version.startswith(b"1."):
            raise BadRequestError(
                HTTPStatus.HTTP_VERSION_NOT_SUPPORTED,
                f"this server speaks HTTP/1.1, not HTTP/{event.http_version.decode()}",
            )
        if len(target) > self._limits.target:
            raise BadRequestError(HTTPStatus.REQUEST_URI_TOO_LONG, "the target is too long")
        if self._fed > self._limits.head and _size_of(headers) > self._limits.head:
            raise BadRequestError(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the head is too large"
            )
        path, _, query = _without_authority(target).partition("?")
        request = Request(
            event.method.decode("ascii"), decode_path(path), query, headers, target=target
        )
        is_http_1_1 = event.http_version != b"1.0"
        wishes = headers.get("connection", "").lower()
        return Head(
            request,
            length=(
                None if "transfer-encoding" in headers else int(headers.get("content-length", 0))
            ),
            is_http_1_1=is_http_1_1,
            keep_alive="close" not in wishes if is_http_1_1 else "keep-alive" in wishes,
            expects_continue=self._http.they_are_waiting_for_100_continue,
        )

    def check_size(self, size: int | None) -> None:
        """Hold the size of a body to the limit.

        Raises:
            BadRequestError: it is too large.
        """
        if size is not None and size > self._limits.body:
            raise BadRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too large")

    def _status(self, error: h11.RemoteProtocolError) -> int:
        """The status that fits an error of h11."""
        status = error.error_status_hint
        # An overlong head that has not even a first line is one overlong target.
        is_target = b"\n" not in self._http.trailing_data[0]
        if status == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE and is_target:
            return HTTPStatus.REQUEST_URI_TOO_LONG
        return status

    def _parser(self) -> h11.Connection:
        return h11.Connection(h11.SERVER, max_incomplete_event_size=self._limits.head)


def _without_authority(target: str) -> str:
    """The path and the query of a target, which may also be a whole URL."""
    scheme, separator, rest = target.partition("://")
    if not separator or not scheme.isalpha():
        return target
    slash = rest.find("/")
    return rest[slash:] if slash >= 0 else "/"


def _size_of(headers: Headers) -> int:
    return sum(len(name) + len(value) for name, value in headers.fields)
