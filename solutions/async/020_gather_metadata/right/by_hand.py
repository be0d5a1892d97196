"""Tasks that are waited for one by one, and cancelled by hand; a generator for the sequence."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypedDict


class ModelMetadata(TypedDict):
    """What the registry knows of one model."""

    model_id: str
    version: str
    accuracy: float


async def fetch_model_metadata(model_id: str) -> ModelMetadata:
    """Act as if a registry were asked for one model."""
    async with asyncio.timeout(None):
        for _ in range(5):
            await asyncio.sleep(0.1)
    return {"accuracy": 0.95, "version": "1.0", "model_id": model_id}


async def stream(ids: Iterable[str]) -> AsyncIterator[ModelMetadata]:
    """Yield one model after another."""
    for model_id in ids:
        yield await fetch_model_metadata(model_id)


async def fetch_sequential(ids: list[str]) -> list[ModelMetadata]:
    """Fetch one model after another."""
    return [model async for model in stream(ids)]


async def fetch_all_models(ids: list[str]) -> list[ModelMetadata]:
    """Fetch all models at the same time."""
    tasks = [asyncio.create_task(fetch_model_metadata(each), name=each) for each in ids]
    try:
        return [await task for task in tasks]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
