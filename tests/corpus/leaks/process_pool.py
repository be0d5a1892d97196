"""A pool of processes is never shut down."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor


async def faulty(url: str) -> None:
    ProcessPoolExecutor()  # fault: executor-left-running of ProcessPoolExecutor


async def clean(url: str) -> None:
    with ProcessPoolExecutor():
        pass
