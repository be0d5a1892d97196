"""An error leaves the loop over a generator."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator


async def lines() -> AsyncGenerator[str, None]:
    try:
        yield "1"
        yield "x"
        yield "2"
    finally:
        pass


async def faulty(url: str) -> None:
    with contextlib.suppress(ValueError):
        async for line in lines():  # fault: generator-left-open of lines
            int(line)


async def clean(url: str) -> None:
    with contextlib.suppress(ValueError):
        async with contextlib.aclosing(lines()) as stream:
            async for line in stream:
                int(line)
