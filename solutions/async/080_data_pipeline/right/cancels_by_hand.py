"""Plain tasks under gather, which are cancelled and waited for by hand."""

from __future__ import annotations

import asyncio
from typing import TypedDict


class Sample(TypedDict):
    """One sample: where it comes from, which one it is there, and its value."""

    source: str
    number: int
    value: float


async def fetch_training_data(source: str) -> list[Sample]:
    """Act as if the samples of ``source`` were fetched."""
    await asyncio.sleep(1)
    return [Sample(source=source, number=number, value=number * 1.0) for number in range(100)]


async def preprocess_batch(batch: list[Sample]) -> list[Sample]:
    """Center the values of a batch."""
    centered = []
    for sample in batch:
        sample = sample.copy()
        sample["value"] -= 49.5
        centered.append(sample)
    await asyncio.sleep(0.5)
    return centered


async def save_to_storage(data: list[Sample]) -> None:
    """Act as if ``data`` were saved."""
    await asyncio.sleep(0.3)


async def data_pipeline(source: str, batch_size: int = 25) -> int:
    """Fetch, preprocess, save."""
    if not batch_size > 0:
        raise ValueError(batch_size)
    rest = await fetch_training_data(source)
    tasks = []
    while rest:
        batch, rest = rest[:batch_size], rest[batch_size:]
        tasks.append(asyncio.create_task(preprocess_batch(batch)))
    try:
        done = await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
    data = sum(done, start=[])
    await save_to_storage(data)
    return len(data)
