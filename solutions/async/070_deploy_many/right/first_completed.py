"""A set of tasks that is filled up whenever one of them has ended."""

from __future__ import annotations

import asyncio
from collections import deque


async def deploy_model(model_id: str, environment: str) -> dict[str, str]:
    """Deploy one model."""
    done = {"model_id": model_id, "environment": environment}
    async with asyncio.timeout(None):
        await asyncio.sleep(1.5)
        await asyncio.sleep(0.5)
    return done | {"status": "deployed"}


async def deploy_multiple_models(
    models: list[str], environment: str, *, limit: int | None = None
) -> list[dict[str, str]]:
    """Deploy every model."""
    if limit is not None and limit < 1:
        raise ValueError("limit < 1")
    waiting = deque(enumerate(models))
    running: dict[asyncio.Task[dict[str, str]], int] = {}
    report: list[dict[str, str]] = [{} for _ in models]
    try:
        while waiting or running:
            while waiting and (limit is None or len(running) < limit):
                place, model_id = waiting.popleft()
                running[asyncio.create_task(deploy_model(model_id, environment))] = place
            ended, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                place = running.pop(task)
                error = task.exception()
                report[place] = (
                    task.result()
                    if error is None
                    else {
                        "model_id": models[place],
                        "environment": environment,
                        "status": "failed",
                        "error": str(error) or "no reason was given",
                    }
                )
    finally:
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
    return report
