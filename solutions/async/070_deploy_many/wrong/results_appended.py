# draws: wrong-order
"""Each adds its result to the list when it has ended."""

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
    slots = asyncio.Semaphore(limit or len(models) or 1)

    async def deploy(model_id: str) -> dict[str, str]:
        async with slots:
            try:
                return await deploy_model(model_id, environment)
            except Exception as error:
                return {
                    "model_id": model_id,
                    "environment": environment,
                    "status": "failed",
                    "error": str(error) or repr(error),
                }

    done: list[dict[str, str]] = []

    async def add(model_id: str) -> None:
        done.append(await deploy(model_id))

    async with asyncio.TaskGroup() as group:
        for model_id in models:
            group.create_task(add(model_id))
    return done
