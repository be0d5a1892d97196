"""Anyio's own task groups, streams, locks and cancel scopes."""

from __future__ import annotations

import anyio


async def program() -> None:
    send, receive = anyio.create_memory_object_stream[int](max_buffer_size=1)
    limiter, lock = anyio.CapacityLimiter(2), anyio.Lock()
    seen: list[int] = []

    async def produce(number: int) -> None:
        async with limiter:
            await anyio.sleep(0.01 * number)
            await send.send(number)

    async def consume() -> None:
        async for number in receive:
            async with lock:
                seen.append(number)
                await anyio.sleep(0)

    async with receive, anyio.create_task_group() as consumers:
        consumers.start_soon(consume)
        consumers.start_soon(consume)
        async with send, anyio.create_task_group() as producers:
            for number in range(5):
                producers.start_soon(produce, number)
    assert sorted(seen) == [0, 1, 2, 3, 4]
    with anyio.move_on_after(0.5) as scope:
        await anyio.sleep(1)
    assert scope.cancelled_caught
