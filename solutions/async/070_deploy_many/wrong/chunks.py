# draws: waits-for-the-slowest
"""Deploys group by group, and waits for the slowest of each."""

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

    size = limit or len(models) or 1
    done: list[dict[str, str]] = []
    for start in range(0, len(models), size):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(deploy(each)) for each in models[start : start + size]]
        done += [task.result() for task in tasks]
    return done
