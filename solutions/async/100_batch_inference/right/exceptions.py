"""Failures as exceptions, one for what may pass and one for what does not; answers are streamed."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
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


class Failed(Exception):
    """A request has failed for good."""

    attempts = 0


class MayPass(Failed):
    """Another request may be sent after a pause."""

    def __init__(self, text: str, pause: float = 0) -> None:
        super().__init__(text)
        self.pause = pause


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """A deadline, and everything that httpx raises, as one sort of exception."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise MayPass("the deadline has passed") from error
    except httpx.HTTPError as error:
        raise MayPass(f"{error!r}") from error


async def predict(
    client: httpx.AsyncClient, url: str, batch: list[list[float]], timeout: float
) -> list[float]:
    """The predictions of one batch, by one request."""
    async with within(timeout), client.stream("POST", url, json={"instances": batch}) as response:
        content = await response.aread()
    code = response.status_code
    if code == 429:
        raise MayPass(f"{code}", float(response.headers.get("retry-after", "0")))
    if 500 <= code <= 599:
        raise MayPass(f"{code}")
    if code != 200:
        raise Failed(f"{code}")
    try:
        predictions: list[float] = json.loads(content)["predictions"]
        if type(predictions) is not list:
            raise TypeError("predictions are a list")
        for _ in zip(batch, predictions, strict=True):
            pass
    except (ValueError, LookupError, TypeError) as error:
        raise Failed(f"nonsense: {error}") from error
    return predictions


async def insist(
    slots: asyncio.Semaphore,
    client: httpx.AsyncClient,
    url: str,
    batch: list[list[float]],
    timeout: float,
    retries: int,
) -> tuple[int, list[float]]:
    """Several requests, if there have to be; the number of them, and the predictions."""
    for attempt in itertools.count(1):
        try:
            async with slots:
                return attempt, await predict(client, url, batch, timeout)
        except Failed as failed:
            failed.attempts = attempt
            if not isinstance(failed, MayPass) or attempt > retries:
                raise
            await asyncio.sleep(failed.pause)
    raise AssertionError("a count never ends")


def pieces(samples: list[list[float]], size: int) -> Iterator[list[list[float]]]:
    """The samples, in batches."""
    rest = iter(samples)
    while batch := list(itertools.islice(rest, size)):
        yield batch


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
    for name, value, least in (
        ("batch_size", batch_size, 1),
        ("max_concurrent", max_concurrent, 1),
        ("retries", retries, 0),
    ):
        if value < least:
            raise ValueError(f"{name} is {value}: it has to be at least {least}")
    if timeout <= 0:
        raise ValueError(f"timeout is {timeout}: it has to be above 0")
    slots = asyncio.BoundedSemaphore(max_concurrent)
    batches = list(pieces(samples, batch_size))
    limits = httpx.Limits(max_connections=max_concurrent)
    async with httpx.AsyncClient(timeout=httpx.Timeout(None), limits=limits) as client:
        outcomes = await asyncio.gather(
            *(insist(slots, client, url, batch, timeout, retries) for batch in batches),
            return_exceptions=True,
        )
    predictions: list[float | None] = []
    errors: list[BatchError] = []
    attempts = 0
    for number, outcome in enumerate(outcomes):
        if isinstance(outcome, Failed):
            attempts += outcome.attempts
            predictions += [None for _ in batches[number]]
            errors.append(
                {"batch": number, "attempts": outcome.attempts, "error": f"failed: {outcome}"}
            )
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            attempts += outcome[0]
            predictions += outcome[1]
    lost = sum(len(batches[error["batch"]]) for error in errors)
    return {
        "predictions": predictions,
        "succeeded": len(samples) - lost,
        "failed": lost,
        "attempts": attempts,
        "errors": errors,
    }
