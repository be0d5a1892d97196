"""A child of a task group does not heed that the group ends."""

from __future__ import annotations

import asyncio


async def fails() -> None:
    await asyncio.sleep(0)
    raise ValueError("no")


async def careless() -> None:
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:  # fault: cancellation-swallowed of careless()
        return


async def faulty(url: str) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(careless())
            group.create_task(fails())
    except* ValueError:
        pass


async def clean(url: str) -> None:
    async def group_that_fails() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.sleep(60))
                group.create_task(fails())
        except* ValueError:
            pass

    await asyncio.create_task(group_that_fails())

    async def impatient() -> None:
        try:
            async with asyncio.timeout(0.01):
                await asyncio.sleep(60)
        except TimeoutError:
            pass

    await asyncio.create_task(impatient())
