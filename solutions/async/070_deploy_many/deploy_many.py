"""Deploy many models at once, as many at a time as the cluster has room for."""

from __future__ import annotations

import asyncio
import contextlib
import time

DEPLOY_SECONDS = 2.0


async def deploy_model(model_id: str, environment: str) -> dict[str, str]:
    """Deploy one model, which takes two seconds.

    Args:
        model_id: the model's name, for instance ``bert``.
        environment: where it goes, for instance ``production``.
    """
    await asyncio.sleep(DEPLOY_SECONDS)
    return {"model_id": model_id, "environment": environment, "status": "deployed"}


async def deploy_multiple_models(
    models: list[str], environment: str, *, limit: int | None = None
) -> list[dict[str, str]]:
    """Deploy every model; what became of each is in the order of ``models``.

    Args:
        models: the models' names; one may occur more than once.
        environment: where they go.
        limit: how many may be deployed at a time; None for all at once.

    Raises:
        ValueError: ``limit`` is less than 1.
    """
    # Not `if limit`: 0 is a mistake, and not a way to say that there is no limit.
    if limit is not None and limit < 1:
        raise ValueError(f"limit is {limit}: it has to be at least 1, or None for no limit")
    # One semaphore for the whole call, made in the call: all its deployments share it,
    # and those of another call do not. Whoever leaves lets the next one in, so nobody
    # waits for the slowest of a group.
    slots = contextlib.nullcontext() if limit is None else asyncio.Semaphore(limit)

    async def deploy(model_id: str) -> dict[str, str]:
        async with slots:
            try:
                return await deploy_model(model_id, environment)
            # Whatever goes wrong with one must not stop the others. A cancellation is no
            # Exception, so it goes on.
            except Exception as error:
                return {
                    "model_id": model_id,
                    "environment": environment,
                    "status": "failed",
                    # Some exceptions have no text of their own.
                    "error": str(error) or type(error).__name__,
                }

    # A group that is cancelled waits until its tasks have cleaned up. gather would not:
    # it comes back as soon as the first of them has ended as cancelled.
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(deploy(model_id)) for model_id in models]
    return [task.result() for task in tasks]


async def main() -> None:
    """Deploy six models, two at a time."""
    started = time.perf_counter()
    names = ["bert", "gpt", "llama", "resnet", "t5", "whisper"]
    for deployed in await deploy_multiple_models(names, "staging", limit=2):
        print(deployed)
    print(f"{time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
