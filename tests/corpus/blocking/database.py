"""A database is opened in a coroutine."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3


def count() -> int:
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        return int(database.execute("select 1").fetchone()[0])


async def faulty(url: str) -> None:
    sqlite3.connect(":memory:").close()  # fault: blocking-call of sqlite3.connect


async def clean(url: str) -> None:
    assert await asyncio.to_thread(count) == 1
