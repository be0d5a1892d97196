# draws: models-changed
"""Takes the models out of the caller's list."""

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

    done: list[dict[str, str]] = [{} for _ in models]
    count = len(models)

    async def work() -> None:
        while models:
            place = count - len(models)
            done[place] = await deploy(models.pop(0))

    async with asyncio.TaskGroup() as group:
        for _ in range(min(limit or count, count)):
            group.create_task(work())
    return done
