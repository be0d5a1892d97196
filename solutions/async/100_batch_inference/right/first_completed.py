"""One task for each request in flight, and a loop that decides what comes next."""

from __future__ import annotations

import asyncio
import heapq
from typing import TypedDict

import httpx


class BatchError(TypedDict):
    """A batch that has failed for good."""

    batch: int
    attempts: int
    error: str


class BatchReport(TypedDict):
    """What became of all samples."""

    predictions: list[float | None]
    succeeded: int
    failed: int
    attempts: int
    errors: list[BatchError]


Answer = httpx.Response | str


async def request(
    client: httpx.AsyncClient, url: str, batch: list[list[float]], timeout: float
) -> Answer:
    """One request; a text if there is no answer."""
    work = asyncio.ensure_future(client.post(url, json={"instances": batch}))
    try:
        done, _ = await asyncio.wait([work], timeout=timeout)
        if not done:
            return f"no answer in {timeout} s"
        return work.result()
    except httpx.TransportError as error:
        return type(error).__name__
    finally:
        work.cancel()
        await asyncio.wait([work])


def read(answer: Answer, count: int) -> tuple[list[float] | None, str, float | None]:
    """The predictions, or why there are none and when there may be another request."""
    if isinstance(answer, str):
        return None, answer, 0
    if answer.status_code == 429:
        return None, "429", int(answer.headers.get("retry-after", "0"))
    if answer.status_code >= 500:
        return None, str(answer.status_code), 0
    if answer.status_code != 200:
        return None, str(answer.status_code), None
    try:
        content = answer.json()
    except ValueError:
        return None, "no JSON", None
    if isinstance(content, dict):
        predictions = content.get("predictions")
        if isinstance(predictions, list) and len(predictions) == count:
            return predictions, "", None
    return None, "nonsense", None


async def batch_inference(
    samples: list[list[float]],
    url: str,
    *,
    batch_size: int = 10,
    max_concurrent: int = 4,
    timeout: float = 5.0,
    retries: int = 0,
) -> BatchReport:
    """Ask a model for the predictions of all samples."""
    if batch_size <= 0 or max_concurrent <= 0 or timeout <= 0 or retries <= -1:
        raise ValueError("a number makes no sense")
    count = -(-len(samples) // batch_size)
    batches = [samples[number * batch_size :][:batch_size] for number in range(count)]
    # Whoever came back early goes first: (due, number).
    waiting = [(0.0, number) for number in range(count)]
    attempts = [0] * count
    results: list[list[float] | None] = [None] * count
    reasons = [""] * count
    running: dict[asyncio.Task[Answer], int] = {}
    clock = asyncio.get_running_loop().time
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=max_concurrent)
    async with httpx.AsyncClient(timeout=None, limits=limits) as client:
        try:
            while waiting or running:
                while waiting and waiting[0][0] <= clock() and len(running) < max_concurrent:
                    _, number = heapq.heappop(waiting)
                    attempts[number] += 1
                    work = request(client, url, batches[number], timeout)
                    running[asyncio.create_task(work)] = number
                pause = None
                if waiting and len(running) < max_concurrent:
                    pause = max(0.0, waiting[0][0] - clock())
                if not running:
                    await asyncio.sleep(pause or 0)
                    continue
                ended, _ = await asyncio.wait(
                    running, timeout=pause, return_when=asyncio.FIRST_COMPLETED
                )
                for task in ended:
                    number = running.pop(task)
                    results[number], reasons[number], again = read(
                        task.result(), len(batches[number])
                    )
                    if again is not None and attempts[number] <= retries:
                        heapq.heappush(waiting, (clock() + again, number))
        finally:
            for task in running:
                task.cancel()
            if running:
                await asyncio.wait(running)
    failed = [number for number in range(count) if results[number] is None]
    predictions: list[float | None] = []
    for batch, result in zip(batches, results, strict=True):
        predictions.extend([None] * len(batch) if result is None else result)
    return {
        "predictions": predictions,
        "succeeded": len(samples) - sum(len(batches[number]) for number in failed),
        "failed": sum(len(batches[number]) for number in failed),
        "attempts": sum(attempts),
        "errors": [
            {"batch": number, "attempts": attempts[number], "error": reasons[number]}
            for number in failed
        ],
    }
