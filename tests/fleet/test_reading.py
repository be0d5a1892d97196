"""What is read out of requests, and what is refused: never more than one connection dies of it."""

from __future__ import annotations

import msgspec
import pytest

from mirror import mirror_server
from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import ModelServer, SizeLimits
from raw_client import connected

HOST = "Host: fleet\r\n"


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        pytest.param(400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc", id="a TLS handshake"),
        pytest.param(400, "hello\r\n\r\n", id="no request line"),
        pytest.param(400, f"GET  / HTTP/1.1\r\n{HOST}\r\n", id="two spaces"),
        pytest.param(400, f"GET /a b HTTP/1.1\r\n{HOST}\r\n", id="a space in the target"),
        pytest.param(400, f"GET /\xe9 HTTP/1.1\r\n{HOST}\r\n", id="a target beyond ASCII"),
        pytest.param(400, f"G@T / HTTP/1.1\r\n{HOST}\r\n", id="no token as method"),
        pytest.param(400, f"GET / HTTP\r\n{HOST}\r\n", id="no version"),
        pytest.param(400, "GET / HTTP/1.1\r\n\r\n", id="no host"),
        pytest.param(400, f"GET / HTTP/1.1\r\n{HOST}{HOST}\r\n", id="two hosts"),
        pytest.param(400, f"GET / HTTP/1.1\r\n{HOST}no colon\r\n\r\n", id="a header without colon"),
        pytest.param(400, f"GET / HTTP/1.1\r\n{HOST}a : b\r\n\r\n", id="a space before the colon"),
        pytest.param(400, f"GET / HTTP/1.1\r\n{HOST}a: \x00\r\n\r\n", id="a zero byte"),
        pytest.param(400, f"GET / HTTP/1.1\r\n folded\r\n{HOST}\r\n", id="a fold of nothing"),
        pytest.param(
            400, f"POST / HTTP/1.1\r\n{HOST}Content-Length: -1\r\n\r\n", id="a negative length"
        ),
        pytest.param(
            400,
            f"POST / HTTP/1.1\r\n{HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
            id="two lengths",
        ),
        pytest.param(
            400, f"POST / HTTP/1.1\r\n{HOST}Content-Length: 1, 2\r\n\r\n", id="two lengths in one"
        ),
        pytest.param(
            400,
            f"POST / HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            id="a chunk without a size",
        ),
        pytest.param(
            400,
            f"POST / HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n1\r\nab",
            id="a chunk that is too long",
        ),
        pytest.param(
            501, f"POST / HTTP/1.1\r\n{HOST}Transfer-Encoding: gzip\r\n\r\n", id="gzip on the way"
        ),
        pytest.param(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", id="HTTP/2"),
        pytest.param(505, f"GET / HTTP/0.9\r\n{HOST}\r\n", id="HTTP/0.9"),
        pytest.param(414, f"GET /{'a' * 9000} HTTP/1.1\r\n{HOST}\r\n", id="a long target"),
        pytest.param(414, f"GET /{'a' * 99_000}", id="a longer target without an end"),
        pytest.param(
            431, f"GET / HTTP/1.1\r\n{HOST}x: {'a' * 70_000}\r\n\r\n", id="a large header"
        ),
        pytest.param(431, f"GET / HTTP/1.1\r\n{HOST}x: {'a' * 99_000}", id="one without an end"),
        pytest.param(
            431, f"GET / HTTP/1.1\r\n{HOST}" + "x: yyyyyyyy\r\n" * 9_000 + "\r\n", id="many headers"
        ),
        pytest.param(
            413, f"POST / HTTP/1.1\r\n{HOST}Content-Length: 9999999999\r\n\r\n", id="a large body"
        ),
    ],
)
async def test_what_is_no_request_is_refused(
    mirror: ModelServer, virtual_clock: VirtualClock, status: int, request_: str
) -> None:
    async with connected(mirror) as client, connected(mirror) as other:
        await client.send(request_.encode("latin-1"))
        answer = await client.response()

        assert answer.status == status
        assert b"this request cannot be served" in answer.body
        assert await client.is_closed()
        assert (await other.ask("GET /health HTTP/1.1\nHost: fleet")).status == 200
    await virtual_clock.advance(0.001)
    assert mirror.open_connections == 0


async def test_a_request_that_breaks_off_is_refused(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        await client.send(b"GET /health HT")
        client.writer.write_eof()

        assert (await client.response()).status == 400
        assert await client.is_closed()


async def test_empty_lines_before_a_request_are_skipped(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        await client.send(b"\r\n\n")
        first = await client.ask("\nGET /health HTTP/1.1\nHost: fleet", b"\r\n")
        second = await client.ask("GET /health HTTP/1.1\nHost: fleet")

    assert (first.status, second.status) == (200, 200)


async def test_chunks_count_for_more_than_a_length(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        answer = await client.ask(
            "POST /tell/x HTTP/1.1\nHost: fleet\nContent-Length: 2\nTransfer-Encoding: chunked",
            b"5\r\nhello\r\n0\r\n\r\n",
        )

    assert msgspec.json.decode(answer.body)["body"] == "hello"


async def test_a_refused_client_that_stays_is_cut_off(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    async with connected(mirror) as client:
        await client.send(b"hello\r\n\r\n")
        await client.rest()
        await virtual_clock.advance(1)
        before = mirror.open_connections
        await virtual_clock.advance(2)

        assert (before, mirror.open_connections) == (1, 0)


async def test_bodies_beyond_the_limit_are_refused(virtual_clock: VirtualClock) -> None:
    async with mirror_server(SizeLimits(body=10)) as server, connected(server) as client:
        answer = await client.ask(
            "POST /tell/x HTTP/1.1\nHost: fleet\nTransfer-Encoding: chunked", b"b\r\n01234567890"
        )

    assert answer.status == 413
    assert [(each.path, each.status) for each in server.journal] == [("/tell/x", 413)]


async def test_what_is_no_request_is_not_in_the_journal(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        await client.ask("hello")

    assert len(mirror.journal) == 0


@pytest.mark.parametrize(
    ("target", "path", "query", "what"),
    [
        ("/tell/a", "/tell/a", "", "a"),
        ("/tell/a?x=1&y=%20", "/tell/a", "x=1&y=%20", "a"),
        ("/tell/a?b?c", "/tell/a", "b?c", "a"),
        ("/tell/a%20b", "/tell/a b", "", "a b"),
        ("/tell/%C3%A9", "/tell/é", "", "é"),
        ("/%74ell/a", "/tell/a", "", "a"),
        ("/tell/a%2Fb", "/tell/a%2Fb", "", "a/b"),
        ("/tell/a%252Fb", "/tell/a%252Fb", "", "a%2Fb"),
        ("/tell/100%", "/tell/100%", "", "100%"),
        ("http://fleet/tell/a?x", "/tell/a", "x", "a"),
        ("/tell/a?to=http://b/c", "/tell/a", "to=http://b/c", "a"),
    ],
)
async def test_what_a_target_says(
    mirror: ModelServer, target: str, path: str, query: str, what: str
) -> None:
    async with connected(mirror) as client:
        answer = await client.ask(f"GET {target} HTTP/1.1\nHost: fleet")

    told = msgspec.json.decode(answer.body)
    assert (told["path"], told["query"], told["parameters"]) == (path, query, {"what": what})
    assert told["target"] == target


async def test_repeated_headers_are_all_kept(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        answer = await client.ask(
            "GET /tell/x HTTP/1.1\nHost: fleet\nX-Tag: one\nAccept: */*\nx-tag: two"
        )

    fields = msgspec.json.decode(answer.body)["fields"]
    assert fields == [["host", "fleet"], ["x-tag", "one"], ["accept", "*/*"], ["x-tag", "two"]]


async def test_a_folded_header_is_unfolded(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        answer = await client.ask("GET /tell/x HTTP/1.1\nHost: fleet\nX-Long: one\n  two\n\tthree")

    assert ["x-long", "one two three"] in msgspec.json.decode(answer.body)["fields"]
