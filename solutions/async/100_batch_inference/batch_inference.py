"""Send many samples to a model server, batch by batch, a few batches at a time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TypedDict

import httpx

Batch = list[list[float]]


class BatchError(TypedDict):
    """A batch that has failed for good: its number from 0, its requests, and the last trouble."""

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


@dataclass(frozen=True)
class Trouble:
    """Why a request has failed, and after how many seconds another may be sent; None for never."""

    text: str
    again_after: float | None = 0


@dataclass
class Outcome:
    """What became of one batch: its predictions, or the last trouble, and its requests."""

    result: list[float] | Trouble
    attempts: int


async def batch_inference(
    samples: list[list[float]],
    url: str,
    *,
    batch_size: int = 10,
    max_concurrent: int = 4,
    timeout: float = 5.0,
    retries: int = 0,
) -> BatchReport:
    """Ask a model for the predictions of all samples.

    Args:
        samples: the samples, each a list of numbers.
        url: where batches are posted to.
        batch_size: how many samples go into one request.
        max_concurrent: how many requests may be in flight at once.
        timeout: the seconds that one request may take.
        retries: how many more requests a batch may have whose first has failed.

    Raises:
        ValueError: a number is too small to make sense.
    """
    if batch_size < 1 or max_concurrent < 1 or timeout <= 0 or retries < 0:
        raise ValueError(
            "batch_size and max_concurrent have to be at least 1, timeout above 0 and retries at "
            f"least 0, not {batch_size}, {max_concurrent}, {timeout} and {retries}"
        )
    batches = [samples[start : start + batch_size] for start in range(0, len(samples), batch_size)]
    slots = asyncio.Semaphore(max_concurrent)
    # The client is to limit nothing that we limit ourselves: neither connections, of which
    # it would open 100, nor the time, of which it knows only the gaps between bytes.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=max_concurrent)
    async with httpx.AsyncClient(timeout=None, limits=limits) as client:

        async def run(batch: Batch) -> Outcome:
            attempts = 0
            while True:
                # The slot is held for the request alone: neither for the pause after it ...
                async with slots:
                    # ... nor does the time that it took to get one count for the deadline.
                    result = await _ask(client, url, batch, timeout)
                attempts += 1
                if isinstance(result, list) or result.again_after is None or attempts > retries:
                    return Outcome(result, attempts)
                await asyncio.sleep(result.again_after)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(run(batch)) for batch in batches]
    return _report(batches, [task.result() for task in tasks])


async def _ask(
    client: httpx.AsyncClient, url: str, batch: Batch, timeout: float
) -> list[float] | Trouble:
    """Send one request; whatever goes wrong with it is told and not raised."""
    try:
        # A deadline for all of it: a time-out of httpx begins anew with each byte.
        async with asyncio.timeout(timeout):
            response = await client.post(url, json={"instances": batch})
    except TimeoutError:
        return Trouble(f"no complete answer after {timeout} s")
    except httpx.TransportError as error:
        return Trouble(f"{type(error).__name__}: {error}")
    code = response.status_code
    if code == httpx.codes.OK:
        return _predictions(response, len(batch))
    if code == httpx.codes.TOO_MANY_REQUESTS:
        return Trouble(f"status {code}", float(response.headers.get("retry-after", 0)))
    # Their fault may pass; ours, as in a 404, would be the same again.
    return Trouble(f"status {code}", 0 if response.is_server_error else None)


def _predictions(response: httpx.Response, count: int) -> list[float] | Trouble:
    """What a 200 holds, if it holds what it has to."""
    try:
        body = response.json()
    except ValueError:
        return Trouble("the answer is no JSON", None)
    predictions = body.get("predictions") if isinstance(body, dict) else None
    # One too few, and all that follow would belong to other samples.
    if not isinstance(predictions, list) or len(predictions) != count:
        return Trouble(f"the answer has no {count} predictions", None)
    return predictions


def _report(batches: list[Batch], outcomes: list[Outcome]) -> BatchReport:
    """The report of all batches, in their order."""
    predictions: list[float | None] = []
    errors: list[BatchError] = []
    failed = 0
    for number, (batch, outcome) in enumerate(zip(batches, outcomes, strict=True)):
        if isinstance(outcome.result, Trouble):
            predictions += [None] * len(batch)
            failed += len(batch)
            text = outcome.result.text
            errors.append({"batch": number, "attempts": outcome.attempts, "error": text})
        else:
            predictions += outcome.result
    return {
        "predictions": predictions,
        "succeeded": len(predictions) - failed,
        "failed": failed,
        "attempts": sum(outcome.attempts for outcome in outcomes),
        "errors": errors,
    }


if __name__ == "__main__":
    # A model that answers: `mlinfra serve exercises/async/fleet.toml`, in another terminal.
    ADDRESS = "http://127.0.0.1:8000/v1/models/resnet:predict"
    SAMPLES = [[float(number), 1.0] for number in range(25)]
    print(asyncio.run(batch_inference(SAMPLES, ADDRESS, retries=2)))
