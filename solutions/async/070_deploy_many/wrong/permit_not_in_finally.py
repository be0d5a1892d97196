# draws: cancellation
"""Takes its place in an await before the block that gives it back; waiting ones are forgotten."""

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

    tasks = []
    for model_id in models:
        await asyncio.sleep(0)
        tasks.append(asyncio.create_task(deploy(model_id)))
    try:
        if tasks:
            await asyncio.wait(tasks)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
    return [task.result() for task in tasks]
