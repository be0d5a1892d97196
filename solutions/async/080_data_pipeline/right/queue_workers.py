"""A queue of batches with a worker for each, and results by position."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import chain, islice
from typing import TypedDict


class Sample(TypedDict):
    """One sample: where it comes from, which one it is there, and its value."""

    source: str
    number: int
    value: float


async def fetch_training_data(source: str) -> list[Sample]:
    """Act as if the samples of ``source`` were fetched, ten at a time."""
    samples: list[Sample] = []
    for _ in range(10):
        await asyncio.sleep(0.1)
        first = len(samples)
        samples += [
            {"value": float(number), "number": number, "source": source}
            for number in range(first, first + 10)
        ]
    return samples


async def preprocess_batch(batch: list[Sample]) -> list[Sample]:
    """Center the values of a batch in a thread, where computing stops nobody."""
    await asyncio.sleep(0.5)
    return await asyncio.to_thread(lambda: [centered(sample) for sample in batch])


def centered(sample: Sample) -> Sample:
    """A sample whose value lies around zero."""
    return {**sample, "value": sample["value"] - 49.5}


async def save_to_storage(data: list[Sample]) -> None:
    """Act as if ``data`` were saved."""
    await asyncio.sleep(0.3)


def cut(samples: list[Sample], size: int) -> Iterator[list[Sample]]:
    """Yield one batch after another."""
    rest = iter(samples)
    while batch := list(islice(rest, size)):
        yield batch


async def data_pipeline(source: str, batch_size: int = 25) -> int:
    """Fetch, preprocess, save."""
    if batch_size <= 0:
        raise ValueError(f"a batch of {batch_size} samples is no batch")
    queue: asyncio.Queue[tuple[int, list[Sample]]] = asyncio.Queue()
    for position, batch in enumerate(cut(await fetch_training_data(source), batch_size)):
        queue.put_nowait((position, batch))
    results: dict[int, list[Sample]] = {}

    async def work() -> None:
        position, batch = queue.get_nowait()
        results[position] = await preprocess_batch(batch)

    async with asyncio.TaskGroup() as group:
        for _ in range(queue.qsize()):
            group.create_task(work())
    data = list(chain.from_iterable(results[position] for position in sorted(results)))
    await save_to_storage(data)
    return len(data)
