# draws: limit-not-used
"""Uses one place less than there are."""

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
    slots = asyncio.Semaphore(max(1, limit - 1) if limit else len(models) or 1)

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

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(deploy(model_id)) for model_id in models]
    return [task.result() for task in tasks]
