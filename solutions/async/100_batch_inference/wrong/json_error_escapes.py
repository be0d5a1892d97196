# draws: one-fails-all
"""Does not think of a 200 that is no JSON."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

import httpx


class BatchError(TypedDict):
    batch: int
    attempts: int
    error: str


class BatchReport(TypedDict):
    predictions: list[float | None]
    succeeded: int
    failed: int
    attempts: int
    errors: list[BatchError]


async def batch_inference(
    samples: list[list[float]],
    url: str,
    *,
    batch_size: int = 10,
    max_concurrent: int = 4,
    timeout: float = 5.0,
    retries: int = 0,
) -> BatchReport:
    if batch_size < 1 or max_concurrent < 1 or timeout <= 0 or retries < 0:
        raise ValueError("a number makes no sense")
    batches = [samples[start : start + batch_size] for start in range(0, len(samples), batch_size)]
    slots = asyncio.Semaphore(max_concurrent)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(timeout=None, limits=limits) as client:

        async def ask(batch: list[list[float]]) -> Any:
            try:
                async with asyncio.timeout(timeout):
                    response = await client.post(url, json={"instances": batch})
            except (TimeoutError, httpx.HTTPError) as error:
                return f"no answer: {error!r}", 0
            code = response.status_code
            if code == 200:
                try:
                    predictions = response.json()["predictions"]
                except (KeyError, TypeError):
                    return "no predictions", None
                if not isinstance(predictions, list) or len(predictions) != len(batch):
                    return "not as many predictions as samples", None
                return predictions
            if code == 429:
                return "status 429", int(response.headers.get("retry-after", 0))
            return f"status {code}", 0 if code >= 500 else None

        async def run(batch: list[list[float]]) -> Any:
            attempts = 0
            while True:
                async with slots:
                    attempts += 1
                    answer = await ask(batch)
                if isinstance(answer, list) or answer[1] is None or attempts > retries:
                    return attempts, answer
                await asyncio.sleep(answer[1])

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(run(batch)) for batch in batches]
        outcomes = [task.result() for task in tasks]
    predictions: list[float | None] = []
    errors: list[BatchError] = []
    for number, (batch, (attempts, answer)) in enumerate(zip(batches, outcomes, strict=True)):
        if isinstance(answer, list):
            predictions += answer
        else:
            predictions += [None] * len(batch)
            errors.append({"batch": number, "attempts": attempts, "error": answer[0]})
    failed = predictions.count(None)
    return {
        "predictions": predictions,
        "succeeded": len(predictions) - failed,
        "failed": failed,
        "attempts": sum(attempts for attempts, _ in outcomes),
        "errors": errors,
    }
