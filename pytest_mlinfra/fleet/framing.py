"""Responses as bytes: the head, and how the end of the body is told.

None of this is left to h11, which sends nothing that is wrong: a fault has to be able to.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from http import HTTPStatus

from pytest_mlinfra.fleet.http import Response, phrase
from pytest_mlinfra.fleet.reading import Head

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
# Larger bodies are handed over piece by piece, so that a slow reader can slow them down.
PIECE_BYTES = 256 * 2**10
_WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class FramedResponse:
    """A response as it answers one request.

    Args:
        response: what is to be sent.
        head: the head of the request; None if it was none.
        may_keep_alive: whether the server wants the connection to go on.

    Attributes:
        response: what is to be sent.
        keep_alive: whether the connection can go on once all of it has been sent.

    Raises:
        ValueError: a header cannot be sent as it is.
    """

    def __init__(self, response: Response, head: Head | None, *, may_keep_alive: bool) -> None:
        self.response = response
        fields = list(response.header_fields)
        given = {name.lower(): value for name, value in fields}
        is_http_1_1 = head is None or head.is_http_1_1
        self._has_body = (
            head is None or head.request.method != "HEAD"
        ) and response.status not in _WITHOUT_BODY
        self._length: int | None = None
        self._is_chunked = False
        self.keep_alive = (
            may_keep_alive
            and head is not None
            and head.keep_alive
            and given.get("connection", "").lower() != "close"
        )
        if "content-length" in given:
            self._length = int(given["content-length"])
        elif response.stream is None:
            self._length = len(response.body)
            if response.status not in _WITHOUT_BODY:
                fields.append(("content-length", str(self._length)))
        elif is_http_1_1:
            self._is_chunked = True
            fields.append(("transfer-encoding", "chunked"))
        else:
            self.keep_alive = False
        if "connection" not in given and self.keep_alive is not is_http_1_1:
            fields.append(("connection", "keep-alive" if self.keep_alive else "close"))
        self.head = _head_bytes(response.status, fields)

    @property
    def is_small(self) -> bool:
        """Whether all of it is there at once."""
        return self.response.stream is None and len(self.response.body) <= PIECE_BYTES

    @property
    def whole(self) -> bytes:
        """All of its bytes, if it `is_small`."""
        return self.head + self.response.body if self._has_body else self.head

    async def pieces(self) -> AsyncGenerator[bytes]:
        """Its bytes piece by piece; the first piece is the whole head, and only that."""
        yield self.head
        if not self._has_body:
            return
        sent = 0
        async with aclosing(self._body()) as body:
            async for piece in body:
                sent += len(piece)
                yield b"%x\r\n%b\r\n" % (len(piece), piece) if self._is_chunked else piece
        if self._is_chunked:
            yield b"0\r\n\r\n"
        elif sent != self._length:
            # The client cannot know where the next answer begins.
            self.keep_alive = False

    async def _body(self) -> AsyncGenerator[bytes]:
        if self.response.stream is None:
            for piece in _slices(self.response.body):
                yield piece
            return
        async for piece in self.response.stream:
            # In chunks, one without bytes would be the end.
            if piece:
                yield piece


def _slices(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), PIECE_BYTES):
        yield body[start : start + PIECE_BYTES]


def _head_bytes(status: int, fields: list[tuple[str, str]]) -> bytes:
    lines = [f"HTTP/1.1 {int(status)} {phrase(status)}", *(f"{n}: {v}" for n, v in fields)]
    for line in lines:
        if "\r" in line or "\n" in line:
            raise ValueError(f"a header must not have a line break in it: {line!r}")
    text = "\r\n".join(lines)
    try:
        return text.encode("latin-1") + b"\r\n\r\n"
    except UnicodeEncodeError as error:
        raise ValueError(f"a header may have only letters of Latin-1: {error.object!r}") from None
