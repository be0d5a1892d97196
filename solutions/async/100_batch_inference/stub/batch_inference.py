"""Send many samples to a model server, batch by batch, a few batches at a time."""

from __future__ import annotations

import asyncio
from typing import TypedDict


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
    # TODO: cut the samples into batches, and send them: not all at once, and not in groups.
    # TODO: a request can fail. What becomes of its batch, and what of all the others?
    raise NotImplementedError


if __name__ == "__main__":
    # A model that answers: `mlinfra serve exercises/async/fleet.toml`, in another terminal.
    ADDRESS = "http://127.0.0.1:8000/v1/models/resnet:predict"
    SAMPLES = [[float(number), 1.0] for number in range(25)]
    print(asyncio.run(batch_inference(SAMPLES, ADDRESS, retries=2)))
