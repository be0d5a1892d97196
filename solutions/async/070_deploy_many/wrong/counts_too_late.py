# draws: race
"""Wakes who waits, and lets him count himself in when he runs: others may be quicker."""

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
    busy = 0
    waiting: list[asyncio.Future[None]] = []

    async def deploy(model_id: str) -> dict[str, str]:
        nonlocal busy
        if limit is not None and busy >= limit:
            turn = asyncio.get_running_loop().create_future()
            waiting.append(turn)
            await turn
        busy += 1
        if True:
            try:
                return await deploy_model(model_id, environment)
            except Exception as error:
                return {
                    "model_id": model_id,
                    "environment": environment,
                    "status": "failed",
                    "error": str(error) or repr(error),
                }
            finally:
                busy -= 1
                while waiting:
                    turn = waiting.pop(0)
                    if not turn.done():
                        turn.set_result(None)
                        break

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(deploy(model_id)) for model_id in models]
    return [task.result() for task in tasks]
