# draws: wrong-order
"""Extends the data by what comes first."""

from __future__ import annotations

import asyncio
from typing import TypedDict

SAMPLES = 100
MEAN = 49.5


class Sample(TypedDict):
    """One sample: where it comes from, which one it is there, and its value."""

    source: str
    number: int
    value: float


async def fetch_training_data(source: str) -> list[Sample]:
    """Act as if the samples of ``source`` were fetched, which takes a second."""
    await asyncio.sleep(1.0)
    return [
        {"source": source, "number": number, "value": float(number)} for number in range(SAMPLES)
    ]


async def preprocess_batch(batch: list[Sample]) -> list[Sample]:
    """Center the values of a batch, which takes half a second."""
    await asyncio.sleep(0.5)
    return [{**sample, "value": sample["value"] - MEAN} for sample in batch]


async def save_to_storage(data: list[Sample]) -> None:
    """Act as if ``data`` were saved, which takes 0.3 seconds."""
    await asyncio.sleep(0.3)


async def data_pipeline(source: str, batch_size: int = 25) -> int:
    if batch_size < 1:
        raise ValueError(f"batch_size has to be at least 1, and is {batch_size}")
    samples = await fetch_training_data(source)
    batches = [samples[start : start + batch_size] for start in range(0, len(samples), batch_size)]
    tasks = [asyncio.create_task(preprocess_batch(batch)) for batch in batches]
    data: list[Sample] = []
    try:
        for next_batch in asyncio.as_completed(tasks):
            data += await next_batch
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await save_to_storage(data)
    return len(data)
