"""A context manager is entered by hand and never left."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

kept: list[object] = []


@contextlib.asynccontextmanager
async def session() -> AsyncIterator[int]:
    yield 1


async def faulty(url: str) -> None:
    manager = session()
    kept.append(manager)
    await manager.__aenter__()  # fault: generator-left-open of session


async def clean(url: str) -> None:
    async with contextlib.AsyncExitStack() as stack:
        assert await stack.enter_async_context(session()) == 1
