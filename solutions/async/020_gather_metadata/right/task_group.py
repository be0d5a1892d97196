"""A task group, whose tasks are asked for their results afterwards."""

from __future__ import annotations

import asyncio
from typing import TypedDict


class ModelMetadata(TypedDict):
    """What the registry knows of one model."""

    model_id: str
    version: str
    accuracy: float


async def fetch_model_metadata(model_id: str) -> ModelMetadata:
    """Act as if a registry were asked for one model."""
    await asyncio.sleep(1 / 2)
    return ModelMetadata(model_id=model_id, version="1.0", accuracy=0.95)


async def fetch_sequential(ids: list[str]) -> list[ModelMetadata]:
    """Fetch one model after another."""
    models = []
    for model_id in ids:
        models.append(await fetch_model_metadata(model_id))
    return models


async def fetch_all_models(ids: list[str]) -> list[ModelMetadata]:
    """Fetch all models at the same time."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch_model_metadata(model_id)) for model_id in ids]
    return [task.result() for task in tasks]
