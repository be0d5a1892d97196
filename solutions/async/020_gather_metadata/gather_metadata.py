"""Metadata of many models: fetched one by one, and fetched together."""

from __future__ import annotations

import asyncio
from typing import TypedDict


class ModelMetadata(TypedDict):
    """What the registry knows of one model."""

    model_id: str
    version: str
    accuracy: float


async def fetch_model_metadata(model_id: str) -> ModelMetadata:
    """Act as if a registry were asked for one model, which takes half a second."""
    await asyncio.sleep(0.5)
    return {"model_id": model_id, "version": "1.0", "accuracy": 0.95}


async def fetch_sequential(ids: list[str]) -> list[ModelMetadata]:
    """Fetch one model after another."""
    # Each await is over before the next call is even made.
    return [await fetch_model_metadata(model_id) for model_id in ids]


async def fetch_all_models(ids: list[str]) -> list[ModelMetadata]:
    """Fetch all models at the same time; the results are in the order of ``ids``."""
    # All calls are made before the one await. gather gives the results in the order of its
    # arguments, cancels its children if it is cancelled, and of nothing makes an empty list.
    # Without return_exceptions an error comes out, instead of standing among the results.
    return await asyncio.gather(*(fetch_model_metadata(model_id) for model_id in ids))


if __name__ == "__main__":
    import time

    for fetch in (fetch_sequential, fetch_all_models):
        started = time.perf_counter()
        models = asyncio.run(fetch(["bert", "gpt", "llama", "resnet", "whisper"]))
        took = time.perf_counter() - started
        print(f"{fetch.__name__}: {len(models)} models in {took:.1f} s")
