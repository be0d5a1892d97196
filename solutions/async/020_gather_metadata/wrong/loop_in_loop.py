# draws: loop-in-loop
"""Starts a loop for each fetch."""

from __future__ import annotations

import asyncio
from typing import TypedDict


class ModelMetadata(TypedDict):
    """What the registry knows of one model."""

    model_id: str
    version: str
    accuracy: float


async def fetch_model_metadata(model_id: str) -> ModelMetadata:
    await asyncio.sleep(0.5)
    return {"model_id": model_id, "version": "1.0", "accuracy": 0.95}


async def fetch_sequential(ids: list[str]) -> list[ModelMetadata]:
    return [asyncio.run(fetch_model_metadata(model_id)) for model_id in ids]


async def fetch_all_models(ids: list[str]) -> list[ModelMetadata]:
    return await asyncio.gather(*(fetch_model_metadata(model_id) for model_id in ids))
