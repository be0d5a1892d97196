"""An object for each run, which waits for everything and asks afterwards what went wrong."""

import asyncio
from dataclasses import dataclass, field
from typing import TypedDict


class Sample(TypedDict):
    """One sample: where it comes from, which one it is there, and its value."""

    source: str
    number: int
    value: float


async def fetch_training_data(source: str) -> list[Sample]:
    """Act as if the samples of ``source`` were fetched."""
    await asyncio.sleep(1.0)
    return [{"source": source, "number": each, "value": float(each)} for each in range(100)]


async def preprocess_batch(batch: list[Sample]) -> list[Sample]:
    """Center the values of a batch."""
    await asyncio.sleep(0.5)
    return [{**sample, "value": sample["value"] + -49.5} for sample in batch]


async def save_to_storage(data: list[Sample]) -> None:
    """Act as if ``data`` were saved."""
    await asyncio.sleep(0.3)


@dataclass
class Run:
    """One run of the pipeline; each batch has a slot for its result."""

    source: str
    batch_size: int
    slots: list[list[Sample]] = field(default_factory=list)

    async def preprocess(self, samples: list[Sample]) -> None:
        """Fill the slots."""
        size = self.batch_size
        count = (len(samples) + size - 1) // size
        self.slots = [[] for _ in range(count)]
        work = [self.fill(slot, samples[slot * size :][:size]) for slot in range(count)]
        for outcome in await asyncio.gather(*work, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def fill(self, slot: int, batch: list[Sample]) -> None:
        """Fill one slot."""
        self.slots[slot] = await preprocess_batch(batch)

    async def save(self) -> int:
        """Save what is in the slots."""
        data = [sample for slot in self.slots for sample in slot]
        await save_to_storage(data)
        return len(data)


async def data_pipeline(source: str, batch_size: int = 25) -> int:
    """Fetch, preprocess, save."""
    if batch_size < 1:
        raise ValueError("a batch needs at least one sample")
    run = Run(source, batch_size)
    await run.preprocess(await fetch_training_data(source))
    return await run.save()
