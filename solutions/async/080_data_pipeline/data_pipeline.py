"""A pipeline for training data: fetch, preprocess in batches, save."""

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
    # New dictionaries: whoever holds the raw samples does not expect them to change.
    return [{**sample, "value": sample["value"] - MEAN} for sample in batch]


async def save_to_storage(data: list[Sample]) -> None:
    """Act as if ``data`` were saved, which takes 0.3 seconds."""
    await asyncio.sleep(0.3)


async def data_pipeline(source: str, batch_size: int = 25) -> int:
    """Fetch, preprocess all batches at the same time, and save everything at once.

    Returns:
        How many samples were saved.

    Raises:
        ValueError: `batch_size` is less than 1.
    """
    # First of all: a second of fetching is a long time to wait for being told this.
    if batch_size < 1:
        raise ValueError(f"batch_size has to be at least 1, and is {batch_size}")
    samples = await fetch_training_data(source)
    # A slice ends where its list ends, so the last batch needs no care. And it is a copy.
    batches = [samples[start : start + batch_size] for start in range(0, len(samples), batch_size)]
    # Not gather: when a batch fails, it raises while the others go on. The group cancels
    # them and waits for them, and nothing below runs.
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(preprocess_batch(batch)) for batch in batches]
    # In the order of the tasks, which is that of the samples, whichever was done first.
    data = [sample for task in tasks for sample in task.result()]
    await save_to_storage(data)
    return len(data)


if __name__ == "__main__":
    import time

    started = time.perf_counter()
    saved = asyncio.run(data_pipeline("s3://training/images"))
    print(f"saved {saved} samples in {time.perf_counter() - started:.1f} s")
