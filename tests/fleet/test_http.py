"""Requests and responses, without the wire."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

import msgspec
import pytest

from pytest_mlinfra.fleet import Headers, Request, Response, Upload
from pytest_mlinfra.fleet.http import Pieces

# Headers.


def test_headers_ignore_case() -> None:
    headers = Headers([("Content-Type", "a"), ("X-Tag", "b")])

    assert (headers["content-type"], headers["X-TAG"]) == ("a", "b")
    assert "CONTENT-TYPE" in headers
    assert "x-other" not in headers
    assert list(headers) == ["content-type", "x-tag"]


def test_a_repeated_header_is_joined_and_can_be_had_apart() -> None:
    headers = Headers([("X-Tag", "a"), ("x-other", "b"), ("x-tag", "c")])

    assert headers["x-tag"] == "a, c"
    assert headers.get_all("X-Tag") == ["a", "c"]
    assert headers.get_all("x-none") == []
    assert len(headers) == 2


def test_headers_equal_the_mapping_that_they_are() -> None:
    assert Headers([("A", "b")]) == {"a": "b"}
    assert repr(Headers([("A", "b")])) == "Headers([('a', 'b')])"


# Requests.


def test_a_request_knows_the_size_of_its_body_wherever_it_is() -> None:
    assert Request("POST", "/", body=b"four").size == 4
    assert Request("POST", "/", upload=Upload(2**40)).size == 2**40


def test_a_body_that_is_no_json_is_an_error() -> None:
    with pytest.raises(msgspec.DecodeError):
        Request("POST", "/", body=b"{").json()


# Responses.


def test_headers_take_the_place_of_those_of_the_same_name() -> None:
    response = Response(headers={"Content-Type": "a", "X-Tag": "b"})
    changed = response.with_headers({"content-type": "c"})

    assert changed.headers == {"content-type": "c", "x-tag": "b"}
    assert response.with_headers({}) is response


async def shout(pieces: Pieces) -> AsyncGenerator[bytes]:
    async for piece in pieces:
        yield piece.upper()


async def read(response: Response) -> list[bytes]:
    assert response.stream is not None
    return [piece async for piece in response.stream]


async def test_a_body_can_be_changed_on_its_way() -> None:
    response = Response(body=b"hello").passed_through(shout)

    assert await read(response) == [b"HELLO"]
    assert response.headers == {"content-length": "5"}


class Countdown:
    """A stream that is no generator."""

    def __init__(self) -> None:
        self.left = 3

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        return b"%d" % self.left


async def test_a_stream_need_not_be_a_generator() -> None:
    response = Response(stream=Countdown()).passed_through(shout)

    assert await read(response) == [b"2", b"1", b"0"]
    await response.close()
    await Response(stream=Countdown()).close()


async def test_what_is_changed_on_its_way_is_closed_with_it() -> None:
    closed = []

    async def source() -> AsyncGenerator[bytes]:
        try:
            yield b"one"
            yield b"two"
        finally:
            closed.append("source")

    response = Response(stream=source()).passed_through(shout)
    assert response.stream is not None
    assert await anext(response.stream) == b"ONE"
    await response.close()

    assert closed == ["source"]


def test_an_error_says_what_is_wrong() -> None:
    assert Response.of_error(404).body == b'{"error":"Not Found"}'
    assert Response.of_error(404, "no such thing").body == b'{"error":"no such thing"}'
    assert Response.of_error(599).body == b'{"error":""}'
