"""Results are taken as they come, and failures with them."""

from __future__ import annotations

import asyncio


async def fetch(number: int) -> int:
    await asyncio.sleep(0.01 * number)
    if number == 2:
        raise ValueError(number)
    return number


async def program(url: str) -> None:
    seen: list[object] = []
    for next_one in asyncio.as_completed([fetch(n) for n in (3, 2, 1)]):
        try:
            seen.append(await next_one)
        except ValueError as error:
            seen.append(error.args[0])
    assert seen == [1, 2, 3]
    done, pending = await asyncio.wait([asyncio.create_task(fetch(n)) for n in (1, 2)])
    assert not pending
    assert sum(task.exception() is not None for task in done) == 1
