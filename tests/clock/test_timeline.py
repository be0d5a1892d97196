"""The jumps of a clock, each with what was due."""

from __future__ import annotations

import asyncio

import anyio

from pytest_mlinfra.clock import Jump, VirtualClock
from pytest_mlinfra.clock.timeline import Timeline


async def test_a_sleep_is_told_with_its_task(virtual_clock: VirtualClock) -> None:
    await asyncio.create_task(asyncio.sleep(1), name="napper")

    assert list(virtual_clock.timeline) == [Jump(0, 1, "sleep", "napper")]


async def test_so_is_a_time_out(virtual_clock: VirtualClock) -> None:
    async def wait(seconds: float) -> None:
        with anyio.move_on_after(seconds):
            async with asyncio.timeout(9):
                await asyncio.Event().wait()

    await asyncio.create_task(wait(1), name="waiter")

    assert virtual_clock.timeline[0] == Jump(0, 1, "timeout", "waiter")


async def test_and_any_other_callback_with_its_name(virtual_clock: VirtualClock) -> None:
    event = asyncio.Event()
    asyncio.get_running_loop().call_later(0.5, event.set)
    await event.wait()

    assert virtual_clock.timeline[0] == Jump(0, 0.5, "Event.set", None)


async def test_it_prints_as_lines(virtual_clock: VirtualClock) -> None:
    assert str(virtual_clock.timeline) == "no jumps"
    asyncio.get_running_loop().call_later(0.25, print)
    await asyncio.create_task(asyncio.sleep(1.5), name="napper")

    assert str(virtual_clock.timeline).splitlines() == [
        "0 s → 0.25 s  print",
        "0.25 s → 1.5 s  sleep of napper",
    ]


async def test_it_keeps_the_latest_and_can_be_sliced(virtual_clock: VirtualClock) -> None:
    for _ in range(10_005):
        await asyncio.sleep(1)

    assert len(virtual_clock.timeline) == 10_000
    assert [jump.end for jump in virtual_clock.timeline[-2:]] == [10_004, 10_005]


def test_it_begins_empty() -> None:
    assert len(Timeline()) == 0
