"""Resources that are opened and closed in the right order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator


@contextlib.asynccontextmanager
async def resource(log: list[str], name: str) -> AsyncIterator[str]:
    log.append(f"open {name}")
    try:
        yield name
    finally:
        await asyncio.sleep(0)
        log.append(f"close {name}")


async def program(url: str) -> None:
    log: list[str] = []
    async with contextlib.AsyncExitStack() as stack:
        for name in ("a", "b"):
            await stack.enter_async_context(resource(log, name))
        with contextlib.suppress(ValueError):
            async with resource(log, "c"):
                raise ValueError("no")
    assert log[-2:] == ["close b", "close a"]
