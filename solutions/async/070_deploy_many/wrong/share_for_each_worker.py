# draws: waits-for-the-slowest
"""Deals the models out to the workers beforehand."""

from __future__ import annotations

import asyncio


async def deploy_model(model_id: str, environment: str) -> dict[str, str]:
    await asyncio.sleep(2.0)
    return {"model_id": model_id, "environment": environment, "status": "deployed"}


async def deploy_multiple_models(
    models: list[str], environment: str, *, limit: int | None = None
) -> list[dict[str, str]]:
    if limit is not None and limit < 1:
        raise ValueError(f"limit is {limit}")

    async def deploy(model_id: str) -> dict[str, str]:
        try:
            return await deploy_model(model_id, environment)
        except Exception as error:
            return {
                "model_id": model_id,
                "environment": environment,
                "status": "failed",
                "error": str(error) or repr(error),
            }

    workers = min(limit or len(models), len(models))
    done: list[dict[str, str]] = [{} for _ in models]

    async def work(first: int) -> None:
        for place in range(first, len(models), workers):
            done[place] = await deploy(models[place])

    async with asyncio.TaskGroup() as group:
        for first in range(workers):
            group.create_task(work(first))
    return done
