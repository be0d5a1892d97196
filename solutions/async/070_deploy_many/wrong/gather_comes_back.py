# draws: leaves-before-the-clean-up
"""Has gather, which comes back with the first that was cancelled."""

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

    return await asyncio.gather(*(deploy(model_id) for model_id in models))
