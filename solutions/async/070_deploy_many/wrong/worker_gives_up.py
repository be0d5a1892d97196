# draws: failure-keeps-its-place
"""A worker whose deployment fails takes no further one."""

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

    done: list[dict[str, str]] = [
        {"model_id": each, "environment": environment, "status": "failed", "error": "not begun"}
        for each in models
    ]
    places = iter(range(len(models)))

    async def work() -> None:
        place = 0
        try:
            for place in places:
                done[place] = await deploy_model(models[place], environment)
        except Exception as error:
            done[place]["error"] = str(error) or repr(error)

    async with asyncio.TaskGroup() as group:
        for _ in range(limit or len(models)):
            group.create_task(work())
    return done
