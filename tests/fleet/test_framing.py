"""Responses as bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from pytest_mlinfra.fleet import Headers, Model, Models, ModelServer, Request, Response, Route
from pytest_mlinfra.fleet.framing import FramedResponse
from pytest_mlinfra.fleet.reading import Head
from raw_client import connected


def head(method: str = "GET", *, is_http_1_1: bool = True, keep_alive: bool = True) -> Head:
    return Head(Request(method, "/"), 0, is_http_1_1, keep_alive, expects_continue=False)


async def stream(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def sent(response: Response, request: Head, *, may_keep_alive: bool = True) -> bytes:
    """All bytes, which have to be the same whole and in pieces."""
    framed = FramedResponse(response, request, may_keep_alive=may_keep_alive)
    pieces = b"".join([piece async for piece in framed.pieces()])
    assert not framed.is_small or framed.whole == pieces
    return pieces


async def test_a_body_is_announced_by_its_length() -> None:
    response = Response(200, b"body", {"x-tag": "1"})

    assert await sent(response, head()) == (
        b"HTTP/1.1 200 OK\r\nx-tag: 1\r\ncontent-length: 4\r\n\r\nbody"
    )


async def test_a_stream_comes_in_chunks_and_an_empty_piece_ends_nothing() -> None:
    response = Response(stream=stream(b"one", b"", b"two"))

    assert await sent(response, head()) == (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
        b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"
    )


async def test_a_stream_that_knows_its_length_comes_without_chunks() -> None:
    response = Response(headers={"Content-Length": "6"}, stream=stream(b"one", b"two"))

    assert await sent(response, head()) == b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nonetwo"


@pytest.mark.parametrize("status", [204, 304])
async def test_some_statuses_have_no_body(status: int) -> None:
    wire = await sent(Response(status, b"ignored"), head())

    assert wire.split(b"\r\n", 1)[1] == b"\r\n"


async def test_a_status_without_a_name_is_sent_by_number() -> None:
    assert (await sent(Response(599), head())).startswith(b"HTTP/1.1 599 \r\n")


async def test_a_repeated_header_is_sent_repeatedly() -> None:
    response = Response(headers=Headers([("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]))

    assert b"set-cookie: a=1\r\nset-cookie: b=2\r\n" in await sent(response, head())


@pytest.mark.parametrize(
    ("is_http_1_1", "wishes", "may", "header"),
    [
        (True, True, True, b""),
        (True, True, False, b"connection: close\r\n"),
        (True, False, True, b"connection: close\r\n"),
        (False, False, True, b""),
        (False, True, True, b"connection: keep-alive\r\n"),
        (False, True, False, b""),
    ],
)
async def test_what_becomes_of_the_connection_is_said_where_it_does_not_go_without_saying(
    is_http_1_1: bool, wishes: bool, may: bool, header: bytes
) -> None:
    request = head(is_http_1_1=is_http_1_1, keep_alive=wishes)
    wire = await sent(Response(), request, may_keep_alive=may)

    assert wire == b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n" + header + b"\r\n"


async def test_a_response_may_close_the_connection_itself() -> None:
    framed = FramedResponse(Response(headers={"Connection": "Close"}), head(), may_keep_alive=True)

    assert not framed.keep_alive
    assert framed.head.lower().count(b"connection:") == 1


async def test_after_a_stream_of_another_length_than_announced_the_connection_closes() -> None:
    response = Response(headers={"content-length": "9"}, stream=stream(b"short"))
    framed = FramedResponse(response, head(), may_keep_alive=True)
    [piece async for piece in framed.pieces()]

    assert not framed.keep_alive


@pytest.mark.parametrize("value", ["a\r\nx-smuggled: b", "a\nb", "snow ☃", "12"])
async def test_a_header_that_cannot_be_sent_becomes_a_500(value: str) -> None:
    name = "content-length" if value == "12" else "x-bad"
    value = "twelve" if value == "12" else value

    class Careless:
        name = "careless"

        def routes(self, models: Models) -> list[Route]:
            return [Route("GET", "/", lambda _request: Response(headers={name: value}))]

    server = ModelServer([Model("m")], protocols=[Careless()])
    async with server, connected(server) as client:
        answer = await client.ask("GET / HTTP/1.1\nHost: fleet")

    assert answer.status == 500
    assert b"ValueError" in answer.body
    assert "x-smuggled" not in answer.headers


async def test_a_refusal_needs_no_request() -> None:
    framed = FramedResponse(Response(400, b"no"), None, may_keep_alive=True)

    assert (
        framed.whole
        == b"HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno"
    )
