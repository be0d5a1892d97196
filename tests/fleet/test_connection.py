"""What a connection makes of requests that come in any of the ways in which they may."""

from __future__ import annotations

import asyncio

import httpx
import msgspec
import pytest

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import (
    Latency,
    Model,
    Models,
    ModelServer,
    Request,
    Response,
    Route,
)
from raw_client import connected

GET = "GET /health HTTP/1.1\nHost: fleet"


# One after another.


async def test_a_connection_serves_many_requests(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        statuses = [(await client.ask(GET)).status for _ in range(3)]

    assert statuses == [200] * 3
    assert [each.connection for each in mirror.journal] == [1, 1, 1]


async def test_pipelined_requests_are_answered_in_their_order(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    mirror.faults.append(Latency(1, first=1))
    requests = [f"GET /tell/{n} HTTP/1.1\r\nHost: fleet\r\n\r\n".encode() for n in range(5)]

    async with connected(mirror) as client:
        await client.send(b"".join(requests))
        answers = [msgspec.json.decode((await client.response()).body) for _ in requests]

    assert [answer["parameters"]["what"] for answer in answers] == list("01234")
    assert [each.ended for each in mirror.journal] == [1.0] * 5


async def test_pipelined_bodies_are_told_apart(mirror: ModelServer) -> None:
    bodies = ["one", "", "three" * 1000]
    head = "POST /tell/x HTTP/1.1\r\nHost: fleet\r\nContent-Length: {}\r\n\r\n{}"

    async with connected(mirror) as client:
        await client.send("".join(head.format(len(body), body) for body in bodies).encode())
        answers = [msgspec.json.decode((await client.response()).body) for _ in bodies]

    assert [answer["body"] for answer in answers] == bodies


async def test_a_client_that_pipelines_without_end_is_slowed_down(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    mirror.faults.append(Latency(60, first=1))
    request = b"GET /health HTTP/1.1\r\nHost: fleet\r\n\r\n"

    async with connected(mirror) as client:
        client.writer.write(request * 300_000)
        await virtual_clock.advance(1)
        unsent = client.writer.transport.get_write_buffer_size()

    # What the kernel and the server take up is a few megabytes of these eleven.
    assert unsent > 2_000_000


async def test_connection_close_is_heeded(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        answer = await client.ask(f"{GET}\nConnection: close")

        assert answer.headers["connection"] == "close"
        assert await client.is_closed()


# Methods.


async def test_head_is_get_without_the_body(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        head = await client.ask(GET.replace("GET", "HEAD"))
        get = await client.ask(GET)

    assert (head.status, head.headers, head.body) == (200, get.headers, b"")


async def test_head_of_a_stream_reads_nothing_from_it(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    async with connected(mirror) as client:
        head = await client.ask("HEAD /ticks/9 HTTP/1.1\nHost: fleet")
        await client.ask(GET)

    assert head.headers["transfer-encoding"] == "chunked"
    assert virtual_clock.now == 0


@pytest.mark.parametrize(
    ("target", "allowed"),
    [("/health", "GET, HEAD, OPTIONS"), ("/tell/x", "GET, HEAD, OPTIONS, POST"), ("*", "OPTIONS")],
)
async def test_options_tells_what_may_be_done(
    mirror: ModelServer, target: str, allowed: str
) -> None:
    async with connected(mirror) as client:
        answer = await client.ask(f"OPTIONS {target} HTTP/1.1\nHost: fleet")

    assert (answer.status, answer.headers["allow"]) == (204, allowed)
    assert "content-length" not in answer.headers


@pytest.mark.parametrize("method", ["BREW", "DELETE", "PATCH", "CONNECT", "get"])
async def test_an_unknown_method_is_told_the_known_ones(mirror: ModelServer, method: str) -> None:
    async with connected(mirror) as client:
        answer = await client.ask(GET.replace("GET", method, 1))
        after = await client.ask(GET)

    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert after.status == 200


@pytest.mark.parametrize("protocol", ["websocket", "h2c"])
async def test_an_upgrade_is_not_taken_up(mirror: ModelServer, protocol: str) -> None:
    async with connected(mirror) as client:
        answer = await client.ask(f"{GET}\nConnection: upgrade\nUpgrade: {protocol}")
        after = await client.ask(GET)

    assert (answer.status, after.status) == (200, 200)


# HTTP/1.0.


async def test_http_1_0_gets_one_answer(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        answer = await client.ask("GET /health HTTP/1.0")

        assert answer.status == 200
        assert await client.is_closed()


async def test_http_1_0_may_ask_to_go_on(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        answer = await client.ask("GET /health HTTP/1.0\nConnection: keep-alive")
        again = await client.ask("GET /health HTTP/1.0")

    assert answer.headers["connection"] == "keep-alive"
    assert again.status == 200


async def test_http_1_0_gets_a_stream_without_chunks(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    async with connected(mirror) as client:
        answer = await client.ask("GET /ticks/3 HTTP/1.0\nConnection: keep-alive")

    assert "transfer-encoding" not in answer.headers
    assert "connection" not in answer.headers
    assert answer.body == b"012"


# Bodies.


async def test_a_body_in_chunks_is_joined(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        answer = await client.ask(
            "POST /tell/x HTTP/1.1\nHost: fleet\nTransfer-Encoding: chunked",
            b"5;name=value\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n",
        )

    assert msgspec.json.decode(answer.body)["body"] == "hello world"


async def test_a_client_that_waits_to_be_asked_for_the_body_is_asked(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        asked = await client.ask(
            "POST /tell/x HTTP/1.1\nHost: fleet\nContent-Length: 5\nExpect: 100-continue"
        )
        await client.send(b"hello")
        answer = await client.response()

    assert (asked.status, answer.status) == (100, 200)
    assert msgspec.json.decode(answer.body)["body"] == "hello"


async def test_a_body_that_leads_nowhere_is_not_asked_for(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        answer = await client.ask(
            "POST /nowhere HTTP/1.1\nHost: fleet\nContent-Length: 5\nExpect: 100-continue"
        )

        assert (answer.status, answer.headers["connection"]) == (404, "close")
        assert await client.is_closed()


# Slow clients.


async def test_a_request_may_come_byte_by_byte(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    request = b"POST /tell/x HTTP/1.1\r\nHost: fleet\r\nContent-Length: 3\r\n\r\nabc"

    async with connected(mirror) as slow, connected(mirror) as quick:
        for number, byte in enumerate(request):
            await slow.send(bytes([byte]))
            await virtual_clock.advance(10)
            if number % 20 == 0:
                assert (await quick.ask(GET)).status == 200
        answer = await slow.response()

    assert msgspec.json.decode(answer.body)["body"] == "abc"
    assert mirror.journal[-1].started == 10 * (len(request) - 1)


# Clients that go away.


async def test_a_client_that_leaves_cancels_its_request(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    async with connected(mirror) as client:
        await client.send(b"GET /late/60 HTTP/1.1\r\nHost: fleet\r\n\r\n")
        await virtual_clock.advance(5)
    await virtual_clock.advance(1)

    (exchange,) = mirror.journal
    assert (exchange.outcome, exchange.status, exchange.seconds) == ("cancelled", None, 5.0)
    assert mirror.open_connections == 0


async def test_a_client_that_leaves_closes_its_stream(
    mirror: ModelServer, virtual_clock: VirtualClock, http_client: httpx.AsyncClient
) -> None:
    async with http_client.stream("GET", f"{mirror.url}/ticks/100") as response:
        pieces = response.aiter_bytes()
        assert [await anext(pieces) for _ in range(3)] == [b"0", b"1", b"2"]
    await virtual_clock.advance(0.001)

    (exchange,) = mirror.journal
    assert (exchange.outcome, exchange.seconds) == ("cancelled", 2.0)


async def test_a_client_that_leaves_in_the_middle_of_its_body_is_noted(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    async with connected(mirror) as client:
        await client.send(b"POST /tell/x HTTP/1.1\r\nHost: f\r\nContent-Length: 9\r\n\r\nhalf")
        await virtual_clock.advance(1)
    await virtual_clock.advance(1)

    (exchange,) = mirror.journal
    assert (exchange.path, exchange.body) == ("/tell/x", b"half")
    assert mirror.open_connections == 0


async def test_a_client_that_leaves_before_anything_was_done_is_noted(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    async with connected(mirror) as client:
        await client.send(b"GET /health HTTP/1.1\r\nHost: fleet\r\n\r\n" * 3)
        client.writer.write_eof()
        await client.rest()
    await virtual_clock.advance(1)

    assert {exchange.outcome for exchange in mirror.journal} <= {"served", "cancelled"}


# Mistakes of a model's.


async def test_a_model_that_raises_answers_500_and_the_connection_goes_on(
    mirror: ModelServer,
) -> None:
    async with connected(mirror) as client:
        answer = await client.ask("GET /raises HTTP/1.1\nHost: fleet")
        after = await client.ask(GET)

    assert answer.status == 500
    assert b"ZeroDivisionError: no rows" in answer.body
    assert after.status == 200


async def test_a_model_that_cancels_itself_answers_500(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        answer = await client.ask("GET /cancels HTTP/1.1\nHost: fleet")

    assert answer.status == 500
    assert mirror.journal[0].outcome == "served"


async def test_a_stream_that_raises_ends_without_its_end(
    mirror: ModelServer, http_client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
        await http_client.get(f"{mirror.url}/breaks")

    assert (await http_client.get(f"{mirror.url}/health")).status_code == 200
    assert mirror.journal[0].outcome == "faulted"
    assert "ValueError: lost the rest" in caplog.text


async def test_many_connections_are_served_at_once(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    async def ask() -> int:
        async with connected(mirror) as client:
            return (await client.ask("GET /late/1 HTTP/1.1\nHost: fleet")).status

    statuses = await asyncio.gather(*(ask() for _ in range(200)))

    assert statuses == [200] * 200
    assert mirror.journal.peak_in_flight == 200
    assert virtual_clock.now == 1.0


async def test_a_protocol_that_cannot_tell_the_model_asks_the_first() -> None:
    class Confused:
        name = "confused"

        def routes(self, models: Models) -> list[Route]:
            def model(request: Request) -> str:
                raise LookupError(request.path)

            return [Route("POST", "/ask", lambda _request: Response(body=b"ok"), model)]

    server = ModelServer([Model("first"), Model("second")], protocols=[Confused()])
    async with server, connected(server) as client:
        answer = await client.ask("POST /ask HTTP/1.1\nHost: f\nContent-Length: 1", b"x")

    assert answer.body == b"ok"
    assert server.journal[0].model == "first"
