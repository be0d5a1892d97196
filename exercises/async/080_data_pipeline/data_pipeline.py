"""A pipeline for training data: fetch, preprocess in batches, save."""

from __future__ import annotations

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
    # TODO: wait, then give SAMPLES samples.
    raise NotImplementedError


async def preprocess_batch(batch: list[Sample]) -> list[Sample]:
    """Center the values of a batch, which takes half a second."""
    # TODO: wait, then give new samples; those of the batch stay as they are.
    raise NotImplementedError


async def save_to_storage(data: list[Sample]) -> None:
    """Act as if ``data`` were saved, which takes 0.3 seconds."""
    # TODO: wait.
    raise NotImplementedError


async def data_pipeline(source: str, batch_size: int = 25) -> int:
    """Fetch, preprocess all batches at the same time, and save everything at once.

    Returns:
        How many samples were saved.
    """
    # TODO: which of the steps have to wait for which?
    raise NotImplementedError


if __name__ == "__main__":
    import asyncio
    import time

    started = time.perf_counter()
    saved = asyncio.run(data_pipeline("s3://training/images"))
    print(f"saved {saved} samples in {time.perf_counter() - started:.1f} s")
