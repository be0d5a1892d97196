"""Read the log of a training job line by line, while the job goes on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypedDict

import httpx

SECONDS_PER_EPOCH = 0.5


class LogEntry(TypedDict):
    """What a training server tells about one epoch."""

    job: str
    epoch: int
    epochs: int
    loss: float
    message: str


async def stream_training_logs(job_id: str, epochs: int = 10) -> AsyncGenerator[str, None]:
    """Make up the log of a job: a line each half second.

    Args:
        job_id: the job's name.
        epochs: how many lines there are.
    """
    for epoch in range(1, epochs + 1):
        # Before the line, since it takes an epoch to have something to tell of. Behind it,
        # the end of the log would come half a second late.
        await asyncio.sleep(SECONDS_PER_EPOCH)
        yield f"[{job_id}] Epoch {epoch}/{epochs} - loss: {1 / epoch:.4f}"


async def monitor_training(job_id: str = "job-123") -> int:
    """Print the log of a job line by line. Returns how many lines there were."""
    count = 0
    async for line in stream_training_logs(job_id):
        print(line)
        count += 1
    return count


async def follow_training_logs(
    url: str, job_id: str, epochs: int = 10
) -> AsyncGenerator[LogEntry, None]:
    """Read the log of a job from a server, which writes JSON line by line.

    Args:
        url: the server's address, for instance ``http://127.0.0.1:8000``.
        job_id: the job's name.
        epochs: how many epochs the job has.
    """
    asked = f"{url}/jobs/{job_id}/logs"
    query: dict[str, str | int] = {"epochs": epochs, "format": "ndjson"}
    # A read time-out is the time between two pieces, and an epoch may take an hour.
    patience = httpx.Timeout(5.0, read=None)
    # stream() hands over the answer when its head is there; get() would wait for the last line.
    async with (
        httpx.AsyncClient(timeout=patience) as client,
        client.stream("GET", asked, params=query) as response,
    ):
        response.raise_for_status()
        # Pieces of a body end anywhere; aiter_lines puts them together.
        async for line in response.aiter_lines():
            entry: LogEntry = json.loads(line)
            yield entry


async def epochs_until(url: str, job_id: str, loss: float, epochs: int = 10) -> int | None:
    """Read the log from a server until the loss is low enough, and no further.

    Args:
        url: the server's address.
        job_id: the job's name.
        loss: what the loss has to come down to.
        epochs: how many epochs the job has.

    Returns:
        The first epoch with that loss or a lower one; None if there is none.
    """
    # Leaving the loop closes no generator: its connection would stay open until somebody
    # collects the garbage.
    async with aclosing(follow_training_logs(url, job_id, epochs)) as entries:
        async for entry in entries:
            if entry["loss"] <= loss:
                return entry["epoch"]
    return None


async def main() -> None:
    """Watch two jobs, one made up and one of a fake server, in real time."""
    print(await monitor_training())
    async for entry in follow_training_logs("http://127.0.0.1:8000/trainer", "job-7", epochs=4):
        print(entry["message"])
    print(await epochs_until("http://127.0.0.1:8000/trainer", "job-8", loss=0.3))


# Serve the fakes in another terminal, with `mlinfra serve exercises/async/fleet.toml`.
# Then run this file: `python log_stream.py`.
if __name__ == "__main__":
    asyncio.run(main())
