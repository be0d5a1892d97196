"""Task groups, scopes and threads of anyio."""

from __future__ import annotations

import anyio
import anyio.to_thread


async def program(url: str) -> None:
    results: list[int] = []

    async def work(number: int) -> None:
        await anyio.sleep(0.01)
        results.append(await anyio.to_thread.run_sync(abs, -number))

    async with anyio.create_task_group() as group:
        for number in range(3):
            group.start_soon(work, number)
    with anyio.move_on_after(0.01) as scope:
        await anyio.sleep(60)
    assert scope.cancelled_caught
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep, 60)
        await anyio.sleep(0)
        group.cancel_scope.cancel()
    try:
        with anyio.fail_after(0.01):
            await anyio.sleep_forever()
    except TimeoutError:
        pass
    assert sorted(results) == [0, 1, 2]
