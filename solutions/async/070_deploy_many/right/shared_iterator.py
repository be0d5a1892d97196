"""Workers that share one iterator, and run on with their own tasks' names."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator


async def deploy_model(model_id: str, environment: str) -> dict[str, str]:
    """Deploy one model."""
    for _ in range(4):
        await asyncio.sleep(0.5)
    return {"environment": environment, "status": "deployed", "model_id": model_id}


class _Rollout:
    def __init__(self, models: list[str], environment: str) -> None:
        self.next: Iterator[tuple[int, str]] = iter(enumerate(models))
        self.environment = environment
        self.reports: dict[int, dict[str, str]] = {}

    async def worker(self) -> None:
        for place, model_id in self.next:
            outcome: dict[str, str] = {"model_id": model_id, "environment": self.environment}
            try:
                outcome = await deploy_model(model_id, self.environment)
            except Exception as problem:
                outcome["status"], outcome["error"] = "failed", f"because of {problem!r}: {problem}"
            self.reports[place] = outcome


async def deploy_multiple_models(
    models: list[str], environment: str, *, limit: int | None = None
) -> list[dict[str, str]]:
    """Deploy every model."""
    if limit is not None and limit <= 0:
        raise ValueError(limit)
    rollout = _Rollout(models, environment)
    workers = [asyncio.create_task(rollout.worker()) for _ in models[:limit]]
    try:
        for worker in workers:
            await worker
    except asyncio.CancelledError:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        raise
    return [report for _, report in sorted(rollout.reports.items(), key=lambda entry: entry[0])]
