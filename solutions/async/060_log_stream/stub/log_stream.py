"""Read the log of a training job line by line, while the job goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import TypedDict


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
    # TODO: yield the lines, each half a second after it is asked for.
    raise NotImplementedError
    yield ""  # makes this an async generator


async def monitor_training(job_id: str = "job-123") -> int:
    """Print the log of a job line by line. Returns how many lines there were."""
    # TODO: read the lines of stream_training_logs as they come.
    raise NotImplementedError


async def follow_training_logs(
    url: str, job_id: str, epochs: int = 10
) -> AsyncGenerator[LogEntry, None]:
    """Read the log of a job from a server, which writes JSON line by line.

    Args:
        url: the server's address, for instance ``http://127.0.0.1:8000``.
        job_id: the job's name.
        epochs: how many epochs the job has.
    """
    # TODO: ask the server, and yield each entry as soon as its line is there.
    raise NotImplementedError
    yield LogEntry(job="", epoch=0, epochs=0, loss=0.0, message="")  # as above


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
    # TODO: what becomes of the stream that you stop reading?
    raise NotImplementedError


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
