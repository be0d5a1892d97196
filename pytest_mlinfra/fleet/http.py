"""A request and a response, without the wire."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import cached_property
from http import HTTPStatus
from typing import Any, BinaryIO, TypeVar, overload

import msgspec

Pieces = AsyncIterator[bytes]
_Default = TypeVar("_Default")


class Headers(Mapping[str, str]):
    """Header fields: a mapping that ignores case and still knows what was repeated.

    Args:
        fields: names and values, in the order of the message.
    """

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self.fields = tuple([(name.lower(), value) for name, value in fields])

    def __getitem__(self, name: str) -> str:
        return self._joined[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._joined)

    def __len__(self) -> int:
        return len(self._joined)

    def __repr__(self) -> str:
        return f"Headers({list(self.fields)})"

    @overload
    def get(self, name: str, /) -> str | None: ...
    @overload
    def get(self, name: str, default: _Default, /) -> str | _Default: ...
    def get(self, name: str, default: object = None, /) -> object:
        """The value of one field, or `default` if there is none."""
        return self._joined.get(name.lower(), default)

    def get_all(self, name: str) -> list[str]:
        """Every value of one field, in the order in which they came."""
        wanted = name.lower()
        return [value for name, value in self.fields if name == wanted]

    @cached_property
    def _joined(self) -> dict[str, str]:
        joined: dict[str, str] = {}
        for name, value in self.fields:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
        return joined


@dataclass(frozen=True)
class Upload:
    """A body that was not kept in memory.

    Attributes:
        size: how many bytes it had.
        file: the bytes, from the beginning, until the request has been answered; None
            if they were only counted.
    """

    size: int
    file: BinaryIO | None = None


@dataclass(frozen=True)
class Request:
    """A request as the server read it.

    Attributes:
        method: as it was sent, for instance ``POST``.
        path: the target without its query, percent-decoded except for ``%2F``, which is
            no separator, and ``%25``.
        query: what stands behind the question mark, undecoded.
        headers: names in lower case; of a repeated header all values, joined by a comma
            (`Headers.get_all` has them one by one).
        body: the whole body, chunks joined; empty where `upload` stands in for it.
        parameters: what stood in the path in place of a route's ``{name}``, by name,
            decoded.
        target: the target as it was sent.
        upload: the body of a route that does not want it in memory.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=Headers)
    body: bytes = b""
    parameters: Mapping[str, str] = field(default_factory=dict)
    target: str = ""
    upload: Upload | None = None

    @property
    def size(self) -> int:
        """How many bytes the body has, wherever it was kept."""
        return len(self.body) if self.upload is None else self.upload.size

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            msgspec.DecodeError: it is not valid JSON.
        """
        return self._decoded

    @cached_property
    def _decoded(self) -> Any:
        return msgspec.json.decode(self.body)


@dataclass(frozen=True)
class Response:
    """A response to be sent.

    Attributes:
        status: the status code.
        body: the body; its length becomes a header.
        headers: besides the length or the transfer encoding. A `Headers` may repeat a
            field. A stream whose length is given as ``content-length`` is sent as it
            is, not in chunks.
        stream: the body piece by piece, each sent as soon as it comes; in place of `body`.
            It is closed when the response ends, also when nobody reads it to its end.
    """

    status: int = HTTPStatus.OK
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: Pieces | None = None

    @classmethod
    def of_json(cls, content: object, status: int = HTTPStatus.OK) -> Response:
        """A response with `content` as JSON."""
        headers = {"content-type": "application/json"}
        return cls(status, msgspec.json.encode(content), headers)

    @classmethod
    def of_error(cls, status: int, detail: str | None = None) -> Response:
        """An error as model servers report it: JSON with one key, ``error``."""
        return cls.of_json({"error": detail or phrase(status)}, status)

    @property
    def header_fields(self) -> Iterable[tuple[str, str]]:
        """Names and values of the headers, one by one."""
        headers = self.headers
        return headers.fields if isinstance(headers, Headers) else headers.items()

    def with_headers(self, headers: Mapping[str, str]) -> Response:
        """The same response with further headers, or others in place of its own."""
        if not headers:
            return self
        names = {name.lower() for name in headers}
        kept = [(name, value) for name, value in self.header_fields if name.lower() not in names]
        return replace(self, headers=Headers([*kept, *headers.items()]))

    def passed_through(self, change: Callable[[Pieces], AsyncGenerator[bytes]]) -> Response:
        """The same response, with the pieces of its body passed through `change`.

        A body that is no stream is one piece, and its length is still announced.
        """
        length = {} if self.stream else {"content-length": str(len(self.body))}

        async def stream() -> AsyncGenerator[bytes]:
            async with aclosing(self._pieces()) as pieces, aclosing(change(pieces)) as changed:
                async for piece in changed:
                    yield piece

        return replace(self.with_headers(length), body=b"", stream=stream())

    async def close(self) -> None:
        """Close the stream, whether it has been read to its end, in part or not at all."""
        if isinstance(self.stream, AsyncGenerator):
            await self.stream.aclose()

    async def _pieces(self) -> AsyncGenerator[bytes]:
        if self.stream is None:
            yield self.body
            return
        try:
            async for piece in self.stream:
                yield piece
        finally:
            await self.close()


def phrase(status: int) -> str:
    """What a status code is called; empty if it has no name."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
