"""The clock as tests see it."""

from __future__ import annotations

import asyncio
import math
import time

import pytest

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.errors import UsageError


async def test_elapsed_measures_a_block(virtual_clock: VirtualClock) -> None:
    await asyncio.sleep(0.1)
    with virtual_clock.elapsed() as elapsed:
        await asyncio.sleep(0.2)
        assert elapsed.seconds == 0.2
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)

    assert elapsed.seconds == 0.3


async def test_elapsed_measures_a_block_that_fails(virtual_clock: VirtualClock) -> None:
    with pytest.raises(TimeoutError), virtual_clock.elapsed() as elapsed:
        await asyncio.wait_for(asyncio.Event().wait(), 0.7)

    assert elapsed.seconds == 0.7


async def test_advancing_lets_all_that_is_due_happen(virtual_clock: VirtualClock) -> None:
    seen: list[float] = []
    queue: asyncio.Queue[float] = asyncio.Queue()

    async def tick() -> None:
        while True:
            await asyncio.sleep(1)
            await queue.put(virtual_clock.now)

    async def collect() -> None:
        while True:
            seen.append(await queue.get())

    tasks = [asyncio.create_task(tick()), asyncio.create_task(collect())]
    await virtual_clock.advance(0)
    await virtual_clock.advance(3)

    assert seen == [1, 2, 3]
    assert virtual_clock.now == 3
    for task in tasks:
        task.cancel()


async def test_advancing_by_nothing_lets_the_others_run(virtual_clock: VirtualClock) -> None:
    started: list[int] = []

    async def start() -> None:
        await asyncio.sleep(0)
        await asyncio.to_thread(started.append, 1)

    task = asyncio.create_task(start())
    await virtual_clock.advance(0)

    assert started == [1]
    assert task.done()


@pytest.mark.parametrize("seconds", [-1, math.inf, math.nan, "1", None, True])
async def test_advancing_takes_seconds(virtual_clock: VirtualClock, seconds: float) -> None:
    with pytest.raises(UsageError, match=r"has to be given seconds from 0, as in advance\(1.5\)"):
        await virtual_clock.advance(seconds)


async def test_blocking_calls_are_told(virtual_clock: VirtualClock) -> None:
    assert not virtual_clock.blocking_calls
    time.sleep(1)  # noqa: ASYNC251 - the very fault

    assert len(virtual_clock.blocking_calls) == 1


def test_without_a_loop_it_says_where_it_belongs() -> None:
    with pytest.raises(UsageError, match="use it in an async test"):
        _ = VirtualClock().now


@pytest.mark.virtual_time(enabled=False)
async def test_on_the_real_loop_it_says_what_is_wrong() -> None:
    clock = VirtualClock()

    with pytest.raises(UsageError, match=r"this test runs on <.*EventLoop"):
        clock.hold()
    with pytest.raises(UsageError, match="Mark the test with virtual_time"), clock.elapsed():
        pass
