"""Results are collected as a side effect, as if tasks ended in the order in which they began."""

from __future__ import annotations

import asyncio


async def _embed(text: str) -> str:
    await asyncio.sleep(0.1)
    return text.upper()


async def faulty() -> None:
    texts = ["a", "b", "c"]
    collected: list[str] = []

    async def embed_one(text: str) -> None:
        collected.append(await _embed(text))

    await asyncio.gather(*(embed_one(text) for text in texts))
    assert collected == ["A", "B", "C"]


async def clean() -> None:
    texts = ["a", "b", "c"]
    assert await asyncio.gather(*(_embed(text) for text in texts)) == ["A", "B", "C"]
