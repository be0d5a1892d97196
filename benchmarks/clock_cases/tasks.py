"""Timers and what tasks do with each other."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import anyio

from benchmarks.clock_cases.case import Cases, raises

TASKS = Cases()


@TASKS.taking(1.0)
async def ten_sleeps_in_a_row() -> None:
    for _ in range(10):
        await asyncio.sleep(0.1)


@TASKS.taking(31_557_600.5)
async def a_year_and_half_a_second() -> None:
    await asyncio.sleep(31_557_600)
    await asyncio.sleep(0.5)


@TASKS.taking(0.3)
async def timers_in_order() -> None:
    loop = asyncio.get_running_loop()
    rung: list[int] = []
    done = asyncio.Event()
    loop.call_later(0.3, done.set)
    for number in (2, 1):
        loop.call_at(loop.time() + number / 10, rung.append, number)
    await done.wait()
    assert rung == [1, 2]


@TASKS.taking(0.25)
async def wait_for() -> None:
    await raises(TimeoutError, asyncio.wait_for(asyncio.sleep(9), 0.25))


@TASKS.taking(0.75)
async def timeout_rescheduled() -> None:
    loop = asyncio.get_running_loop()

    async def run() -> None:
        async with asyncio.timeout(0.25) as limit:
            limit.reschedule(loop.time() + 0.75)
            await asyncio.sleep(9)

    await raises(TimeoutError, run())


@TASKS.taking(0.5)
async def a_group_of_tasks() -> None:
    async with asyncio.TaskGroup() as group:
        for tenths in range(6):
            group.create_task(asyncio.sleep(tenths / 10))


@TASKS.taking(0.1)
async def a_group_that_fails() -> None:
    async def fail() -> None:
        await asyncio.sleep(0.1)
        raise KeyError

    async def run() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(9))
            group.create_task(fail())

    await raises(ExceptionGroup, run())


@TASKS.taking(1.0)
async def a_queue_with_a_slow_consumer() -> None:
    queue: asyncio.Queue[int] = asyncio.Queue(1)

    async def consume() -> None:
        while await queue.get():
            await asyncio.sleep(0.25)
            queue.task_done()

    consumer = asyncio.create_task(consume())
    for item in range(1, 5):
        await queue.put(item)
    await queue.join()
    await queue.put(0)
    await consumer


@TASKS.taking(0.3)
async def a_semaphore() -> None:
    semaphore = asyncio.Semaphore(2)

    async def work() -> None:
        async with semaphore:
            await asyncio.sleep(0.1)

    await asyncio.gather(*(work() for _ in range(5)))


@TASKS.taking(0.4)
async def a_condition() -> None:
    condition = asyncio.Condition()
    seen: list[int] = []

    async def wait() -> None:
        async with condition:
            await condition.wait_for(lambda: len(seen) == 2)

    async def notify() -> None:
        for number in range(2):
            await asyncio.sleep(0.2)
            async with condition:
                seen.append(number)
                condition.notify_all()

    await asyncio.gather(wait(), notify())


@TASKS.taking(0.5)
async def a_generator_with_time_outs() -> None:
    async def tick() -> AsyncIterator[float]:
        for tenths in (1, 2, 9):
            await asyncio.sleep(tenths / 10)
            yield tenths

    seen: list[float] = []

    async def collect() -> None:
        async with asyncio.timeout(0.5):
            async for each in tick():
                seen.append(each)  # noqa: PERF401 - a list would be lost with the time-out

    await raises(TimeoutError, collect())
    assert seen == [1, 2]


@TASKS.taking(0.25)
async def a_signal() -> None:
    loop = asyncio.get_running_loop()
    received = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, received.set)
    loop.call_later(0.25, os.kill, os.getpid(), signal.SIGUSR1)
    await received.wait()
    loop.remove_signal_handler(signal.SIGUSR1)


@TASKS.taking(0.75)
async def anyio_scopes_and_groups() -> None:
    with anyio.move_on_after(0.25):
        await anyio.sleep(9)
    try:
        with anyio.fail_after(0.25):
            await anyio.sleep_forever()
    except TimeoutError:
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.sleep, 0.25)
            group.start_soon(anyio.sleep, 0.125)


@TASKS.taking(0.5)
async def an_anyio_stream() -> None:
    send, receive = anyio.create_memory_object_stream[int](0)

    async def produce() -> None:
        async with send:
            for item in range(5):
                await anyio.sleep(0.1)
                await send.send(item)

    async with anyio.create_task_group() as group:
        group.start_soon(produce)
        async with receive:
            seen = [item async for item in receive]
    assert seen == list(range(5))
