# draws: not-a-list-of-metadata
"""Forgets to wait for all of them."""

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
    return [await fetch_model_metadata(model_id) for model_id in ids]


async def fetch_all_models(ids: list[str]) -> list[ModelMetadata]:
    return list( asyncio.gather(*(fetch_model_metadata(model_id) for model_id in ids)))
