"""Takes results as they come, and knows where each belongs."""

from __future__ import annotations

import asyncio
import time
from typing import TypedDict


class ModelMetadata(TypedDict):
    """What the registry knows of one model."""

    model_id: str
    version: str
    accuracy: float


async def fetch_model_metadata(model_id: str) -> ModelMetadata:
    """Act as if a registry were asked for one model."""
    await asyncio.sleep(0.5)
    return {"model_id": model_id, "version": "1.0", "accuracy": 0.95}


async def fetch_sequential(ids: list[str]) -> list[ModelMetadata]:
    """Fetch one model after another: the rest, when the last one is there, from behind."""
    if not ids:
        return []
    *before, last = ids
    return [*await fetch_sequential(before), await fetch_model_metadata(last)]


async def fetch_all_models(ids: list[str]) -> list[ModelMetadata]:
    """Fetch all models at the same time."""
    found: dict[int, ModelMetadata] = {}

    async def fetch(position: int, model_id: str) -> None:
        found[position] = await fetch_model_metadata(model_id)

    async with asyncio.TaskGroup() as group:
        for position, model_id in enumerate(ids):
            group.create_task(fetch(position, model_id))
    return [found[position] for position in sorted(found)]


if __name__ == "__main__":
    started = time.monotonic()
    print(asyncio.run(fetch_all_models(["bert", "gpt"])), time.monotonic() - started)
