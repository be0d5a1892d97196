"""Faults of the answering of requests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import httpx
import pytest

from faulty import GET, received
from mirror import mirror_server
from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import (
    EarlyResponse,
    Hang,
    Latency,
    ModelServer,
    RateLimit,
    Reset,
    Response,
    Status,
)
from pytest_mlinfra.fleet.faults import Answer, AnswerFault, Moment, WireFault
from pytest_mlinfra.fleet.http import Pieces
from raw_client import connected


async def test_an_early_response_does_not_ask_for_the_body(mirror: ModelServer) -> None:
    mirror.faults.append(EarlyResponse(417))
    async with connected(mirror) as client:
        answer = await client.ask(
            "POST /tell/x HTTP/1.1\nHost: fleet\nContent-Length: 5\nExpect: 100-continue"
        )

    assert answer.status == 417


async def test_an_early_response_to_a_request_without_body_leaves_the_connection_open(
    mirror: ModelServer,
) -> None:
    mirror.faults.append(EarlyResponse(429, first=1))
    async with connected(mirror) as client:
        answers = [(await client.ask(GET)).status for _ in range(2)]

    assert answers == [429, 200]


async def test_a_client_that_goes_on_after_an_early_response_is_cut_off(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    mirror.faults.append(EarlyResponse())
    async with connected(mirror) as client:
        answer = await client.ask("POST /tell/x HTTP/1.1\nHost: f\nTransfer-Encoding: chunked")
        with contextlib.suppress(ConnectionError):
            while virtual_clock.now < 60:
                await client.send(b"1\r\nx\r\n")
                await virtual_clock.advance(0.1)

    assert answer.status == 413
    assert virtual_clock.now == pytest.approx(2.0, abs=0.5)


async def test_a_hanging_server_stops(mirror: ModelServer, virtual_clock: VirtualClock) -> None:
    mirror.faults.append(Hang())
    async with connected(mirror) as client:
        await client.send(b"GET /health HTTP/1.1\r\nHost: fleet\r\n\r\n")
        await virtual_clock.advance(1)
        await mirror.stop()

        assert await client.is_closed()
    assert mirror.journal[0].outcome == "cancelled"


async def test_a_date_is_rounded_up(mirror: ModelServer, virtual_clock: VirtualClock) -> None:
    mirror.faults.extend([Latency(0.25), RateLimit(0, as_date=True)])
    async with connected(mirror) as client:
        first = (await client.ask(GET)).headers["retry-after"]
        second = (await client.ask(GET)).headers["retry-after"]

    assert first == second
    assert first.endswith(" GMT")


async def test_headers_may_be_repeated(mirror: ModelServer) -> None:
    mirror.faults.append(Status(200, (("set-cookie", "a=1"), ("set-cookie", "b=2"))))

    assert b"set-cookie: a=1\r\nset-cookie: b=2\r\n" in await received(mirror)


async def test_a_fault_that_is_itself_mistaken_answers_500(mirror: ModelServer) -> None:
    class Mistaken(AnswerFault, frozen=True):
        async def around(self, moment: Moment, answer: Answer) -> Response:
            raise KeyError("oops")

    mirror.faults.append(Mistaken())
    async with connected(mirror) as client:
        answer = await client.ask(GET)

    assert answer.status == 500
    assert b"KeyError: 'oops'" in answer.body


async def test_a_wire_fault_that_is_itself_mistaken_breaks_off(
    mirror: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    class Mistaken(WireFault, frozen=True):
        async def through(self, moment: Moment, pieces: Pieces) -> AsyncGenerator[bytes]:
            yield (await anext(pieces))[:10]
            raise KeyError("oops")

    mirror.faults.append(Mistaken())

    assert await received(mirror) == b"HTTP/1.1 2"
    assert "KeyError: 'oops'" in caplog.text


async def test_faults_are_repeatable_under_load(virtual_clock: VirtualClock) -> None:
    async def story() -> list[tuple[str, int | None, float | None]]:
        async with mirror_server() as server, httpx.AsyncClient() as client:
            server.faults.extend(
                [Latency(0.5, jitter=0.4), Status(503, probability=0.3), Reset(probability=0.1)]
            )
            urls = [f"{server.url}/tell/{number}" for number in range(40)]
            await asyncio.gather(*(client.get(url) for url in urls), return_exceptions=True)
            return [(each.outcome, each.status, each.seconds) for each in server.journal]

    first, second = await story(), await story()

    assert first == second
    assert {outcome for outcome, _, _ in first} == {"served", "faulted", "reset"}
