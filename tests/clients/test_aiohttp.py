"""aiohttp's client under the virtual clock: what is exact, and what it takes to be."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from clients import client_library
from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import Canned, Hang, Latency, Model, ModelFleet, ModelServer, Serving

aiohttp = client_library("aiohttp")


@pytest_asyncio.fixture
async def session(virtual_clock: VirtualClock) -> AsyncIterator[Any]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.parametrize("kind", ["total", "sock_read"])
async def test_timeouts_up_to_five_seconds_are_exact(
    model_server: ModelServer, session: Any, virtual_clock: VirtualClock, kind: str
) -> None:
    model_server.faults.append(Hang())
    timeout = aiohttp.ClientTimeout(**{kind: 2.35})

    with virtual_clock.elapsed() as elapsed, pytest.raises(asyncio.TimeoutError):
        await session.get(f"{model_server.url}/health", timeout=timeout)

    assert elapsed.seconds == 2.35


async def test_longer_ones_are_rounded_up_unless_it_is_told_not_to(
    model_server: ModelServer, session: Any, virtual_clock: VirtualClock
) -> None:
    model_server.faults.append(Hang())
    taken = []
    for options in ({}, {"ceil_threshold": math.inf}):
        timeout = aiohttp.ClientTimeout(total=7.25, **options)
        with virtual_clock.elapsed() as elapsed, pytest.raises(asyncio.TimeoutError):
            await session.get(f"{model_server.url}/health", timeout=timeout)
        taken.append(elapsed.seconds)

    assert taken == [8, 7.25]


async def test_many_requests_in_flight_together(
    model_server: ModelServer, session: Any, virtual_clock: VirtualClock
) -> None:
    model_server.faults.append(Latency(0.5))

    async def ask() -> int:
        async with session.get(f"{model_server.url}/health") as response:
            return int(response.status)

    with virtual_clock.elapsed() as elapsed:
        assert await asyncio.gather(*(ask() for _ in range(50))) == [200] * 50

    assert elapsed.seconds == 0.5
    assert model_server.journal.peak_in_flight == 50


async def test_a_stream_of_lines_arrives_line_by_line(
    model_server: ModelServer, session: Any, virtual_clock: VirtualClock
) -> None:
    url = f"{model_server.url}/jobs/job-7/logs?epochs=3"
    async with session.get(url) as response:
        seen = [(virtual_clock.now, line) async for line in response.content]

    assert [time for time, _ in seen] == [0.5, 1, 1.5]
    assert b"[job-7] Epoch 3/3 - loss: 0.3333" in seen[-1][1]


async def test_the_pool_s_limit_is_seen_by_the_server(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    server = await model_fleet.start(Model("slow", Canned(1), Serving(seconds=1)))
    connector = aiohttp.TCPConnector(limit=2)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(session.post(f"{server.url}/predict", json=0) for _ in range(4)))

    assert server.journal.peak_in_flight == 2
    assert virtual_clock.now == 2
