"""The built-in function that opens a file."""

from __future__ import annotations

import asyncio


async def faulty(url: str) -> None:
    with open(__file__) as file:  # fault: blocking-call of open
        assert file.readline()


def first_line() -> str:
    with open(__file__) as file:
        return file.readline()


async def clean(url: str) -> None:
    assert await asyncio.to_thread(first_line)
