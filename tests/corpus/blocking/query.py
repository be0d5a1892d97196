"""A query is sent to a database that was opened before the loop ran."""

from __future__ import annotations

import asyncio
import sqlite3

database = sqlite3.connect(":memory:", check_same_thread=False)


def count() -> int:
    cursor = database.cursor()
    return int(cursor.execute("select 1").fetchone()[0])


async def faulty(url: str) -> None:
    database.execute("select 1")  # fault: blocking-call of sqlite3.Connection.execute


async def clean(url: str) -> None:
    assert await asyncio.to_thread(count) == 1
