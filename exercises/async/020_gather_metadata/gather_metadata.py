"""Metadata of many models: fetched one by one, and fetched together."""

from __future__ import annotations

from typing import TypedDict


class ModelMetadata(TypedDict):
    """What the registry knows of one model."""

    model_id: str
    version: str
    accuracy: float


async def fetch_model_metadata(model_id: str) -> ModelMetadata:
    """Act as if a registry were asked for one model, which takes half a second."""
    # TODO: wait, then give the dictionary of the statement.
    raise NotImplementedError


async def fetch_sequential(ids: list[str]) -> list[ModelMetadata]:
    """Fetch one model after another."""
    # TODO: how often does this function have to wait?
    raise NotImplementedError


async def fetch_all_models(ids: list[str]) -> list[ModelMetadata]:
    """Fetch all models at the same time; the results are in the order of ``ids``."""
    # TODO: and how often does this one have to?
    raise NotImplementedError


if __name__ == "__main__":
    import asyncio
    import time

    for fetch in (fetch_sequential, fetch_all_models):
        started = time.perf_counter()
        models = asyncio.run(fetch(["bert", "gpt", "llama", "resnet", "whisper"]))
        took = time.perf_counter() - started
        print(f"{fetch.__name__}: {len(models)} models in {took:.1f} s")
