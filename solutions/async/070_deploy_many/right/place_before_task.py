"""Takes the place before there is a task, and gives it back when the task has ended."""

from __future__ import annotations

import asyncio
import functools


async def deploy_model(model_id: str, environment: str) -> dict[str, str]:
    """Deploy one model."""
    deployment = {"model_id": model_id, "environment": environment, "status": "deployed"}
    await asyncio.wait_for(asyncio.sleep(2.0), timeout=None)
    return deployment


async def _attempt(model_id: str, environment: str) -> dict[str, str]:
    deployment = {"model_id": model_id, "environment": environment}
    try:
        deployment = await deploy_model(model_id, environment)
    except Exception as error:
        deployment |= {"status": "failed", "error": "; ".join([type(error).__name__, str(error)])}
    return deployment


async def deploy_multiple_models(
    models: list[str], environment: str, *, limit: int | None = None
) -> list[dict[str, str]]:
    """Deploy every model."""
    free = len(models) if limit is None else limit
    if free < 1 and (models or limit is not None):
        raise ValueError("a limit has to be 1 at least")
    places = asyncio.Semaphore(free)
    tasks: list[asyncio.Task[dict[str, str]]] = []
    async with asyncio.TaskGroup() as group:
        for model_id in models:
            await places.acquire()
            task = group.create_task(_attempt(model_id, environment))
            task.add_done_callback(functools.partial(_leave, places))
            tasks.append(task)
    return [task.result() for task in tasks]


def _leave(places: asyncio.Semaphore, _task: object) -> None:
    places.release()
