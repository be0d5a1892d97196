"""Everything gathered, with what cannot be in the list narrowed away; no semaphore without a limit."""

from __future__ import annotations

import asyncio


async def deploy_model(model_id: str, environment: str) -> dict[str, str]:
    """Deploy one model."""
    return await asyncio.sleep(
        2, {"model_id": model_id, "environment": environment, "status": "deployed"}
    )


async def _deploy_in(slots: asyncio.Semaphore, model_id: str, environment: str) -> dict[str, str]:
    async with slots:
        return await deploy_model(model_id, environment)


async def deploy_multiple_models(
    models: list[str], environment: str, *, limit: int | None = None
) -> list[dict[str, str]]:
    """Deploy every model; gather hands the exceptions over, and they become reports here."""
    if limit is None:
        limit = max(1, len(models))
    elif limit <= 0:
        raise ValueError("nothing can be deployed with a limit below 1")
    slots = asyncio.BoundedSemaphore(limit)
    # With return_exceptions, gather waits for all of them, also when it is cancelled.
    outcomes = await asyncio.gather(
        *[_deploy_in(slots, model_id, environment) for model_id in models], return_exceptions=True
    )
    report = []
    for model_id, outcome in zip(models, outcomes, strict=True):
        if isinstance(outcome, BaseException):
            outcome = {
                "model_id": model_id,
                "environment": environment,
                "status": "failed",
                "error": repr(outcome),
            }
        report.append(outcome)
    return report
