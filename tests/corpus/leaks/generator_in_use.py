"""A generator is asked once, and kept."""

from __future__ import annotations

from collections.abc import AsyncGenerator

kept: list[object] = []


async def stream() -> AsyncGenerator[int, None]:
    yield 1
    yield 2


async def faulty(url: str) -> None:
    generator = stream()
    kept.append(generator)
    await anext(generator)  # fault: generator-left-open of stream


async def clean(url: str) -> None:
    generator = stream()
    kept.append(generator)
    await anext(generator)
    await generator.aclose()
    # One that was never begun has nothing to clean up.
    kept.append(stream())
