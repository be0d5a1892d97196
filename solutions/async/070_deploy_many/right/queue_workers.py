"""As many workers as there are places, each taking the next model from a queue."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

Deployment = dict[str, str]


async def deploy_model(model_id: str, environment: str) -> Deployment:
    """Deploy one model: the loop calls back after two seconds."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    timer = loop.call_later(2.0, ready.set_result, None)
    try:
        await ready
    finally:
        timer.cancel()
    return {"model_id": model_id, "environment": environment, "status": "deployed"}


@dataclass
class Release:
    """Models on their way to one environment."""

    environment: str
    waiting: asyncio.Queue[tuple[int, str]] = field(default_factory=asyncio.Queue)
    done: dict[int, Deployment] = field(default_factory=dict)

    async def work(self) -> None:
        """Deploy one after another, until nothing is waiting."""
        while not self.waiting.empty():
            place, model_id = self.waiting.get_nowait()
            try:
                self.done[place] = await deploy_model(model_id, self.environment)
            except Exception as error:
                self.done[place] = {
                    "model_id": model_id,
                    "environment": self.environment,
                    "status": "failed",
                    "error": f"{type(error).__name__}: {error}",
                }


async def deploy_multiple_models(
    models: list[str], environment: str, *, limit: int | None = None
) -> list[Deployment]:
    """Deploy every model."""
    if limit is not None and limit < 1:
        raise ValueError(f"{limit=} has to be positive")
    release = Release(environment)
    for entry in enumerate(models):
        release.waiting.put_nowait(entry)
    workers = len(models) if limit is None else min(limit, len(models))
    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(release.work())
    return [release.done[place] for place in range(len(models))]
