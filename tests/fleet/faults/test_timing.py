"""Faults of time, alone and together."""

from __future__ import annotations

import itertools

import httpx
import pytest

from faulty import HEAD_SIZE, TICKS, received
from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import (
    Bandwidth,
    Drip,
    Latency,
    ModelServer,
    SlowAccept,
    TimeBetweenTokens,
    TimeToFirstToken,
)
from raw_client import connected


async def test_delays_on_one_answer_add_up(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    mirror.faults.extend(
        [SlowAccept(1), Latency(2), TimeToFirstToken(4), TimeBetweenTokens(8), Drip(10, 0.5)]
    )

    assert await received(mirror) == await received(mirror)
    assert virtual_clock.now == 2 * (1 + 2 + 4 + 0.5)


async def test_the_gaps_of_a_stream_come_on_top_of_its_own(
    mirror: ModelServer, virtual_clock: VirtualClock, http_client: httpx.AsyncClient
) -> None:
    mirror.faults.extend([TimeToFirstToken(10), TimeBetweenTokens(0.5)])
    async with http_client.stream("GET", f"{mirror.url}/ticks/3", timeout=60) as response:
        times = [virtual_clock.now async for _ in response.aiter_bytes()]

    assert times == [10.0, 11.5, 13.0]


async def test_jitter_differs_from_gap_to_gap_and_not_from_run_to_run(
    mirror: ModelServer, virtual_clock: VirtualClock, http_client: httpx.AsyncClient
) -> None:
    async def gaps() -> list[float]:
        mirror.faults.replace(TimeBetweenTokens(1, jitter=0.5, seed=4))
        async with http_client.stream("GET", f"{mirror.url}/ticks/5") as response:
            times = [virtual_clock.now async for _ in response.aiter_bytes()]
        return [round(after - before, 6) for before, after in itertools.pairwise(times)]

    once = await gaps()

    assert len(set(once)) == 4
    assert await gaps() == once


async def test_a_line_is_as_slow_as_it_is_said_to_be_at_every_byte(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    mirror.faults.append(Bandwidth(10))
    async with connected(mirror) as client:
        await client.send(b"GET /bytes/10 HTTP/1.1\r\nHost: fleet\r\n\r\n")
        await client.reader.readexactly(HEAD_SIZE)
        times = []
        for _ in range(10):
            await client.reader.readexactly(1)
            times.append(virtual_clock.now)

    expected = [(HEAD_SIZE + number) / 10 for number in range(1, 11)]
    assert times == pytest.approx(expected, abs=1e-9)


async def test_a_line_does_not_make_up_for_what_it_was_idle(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    mirror.faults.append(Bandwidth(1000))
    async with connected(mirror) as client:
        answer = await client.ask(TICKS)

    # Each tick is late by its own bytes only: the line is free when it comes.
    assert answer.body == b"012"
    last = len(b"0\r\n\r\n") / 1000
    assert virtual_clock.now == pytest.approx(3 + 0.006 * 2 + last, abs=0.1)
