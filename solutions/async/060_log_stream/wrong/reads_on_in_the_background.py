# draws: task-left-pending
"""Leaves the reading to a task, which goes on after the answer is known."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import TypedDict

import httpx


class LogEntry(TypedDict):
    job: str
    epoch: int
    epochs: int
    loss: float
    message: str


async def stream_training_logs(job_id: str, epochs: int = 10) -> AsyncGenerator[str, None]:
    for epoch in range(1, epochs + 1):
        await asyncio.sleep(0.5)
        yield f"[{job_id}] Epoch {epoch}/{epochs} - loss: {1 / epoch:.4f}"


async def monitor_training(job_id: str = "job-123") -> int:
    count = 0
    async for line in stream_training_logs(job_id):
        print(line)
        count += 1
    return count


async def follow_training_logs(
    url: str, job_id: str, epochs: int = 10
) -> AsyncGenerator[LogEntry, None]:
    address = f"{url}/jobs/{job_id}/logs?epochs={epochs}&format=ndjson"
    async with httpx.AsyncClient(timeout=None) as client:
        async with client.stream("GET", address) as response:
            response.raise_for_status()
            async for line in response.aiter_lines():
                yield json.loads(line)


reading: set[asyncio.Task[None]] = set()


async def epochs_until(url: str, job_id: str, loss: float, epochs: int = 10) -> int | None:
    loop = asyncio.get_running_loop()
    found: asyncio.Future[int | None] = loop.create_future()

    async def read() -> None:
        try:
            async for entry in follow_training_logs(url, job_id, epochs):
                if entry["loss"] <= loss and not found.done():
                    found.set_result(entry["epoch"])
        except Exception as error:
            if not found.done():
                found.set_exception(error)
        if not found.done():
            found.set_result(None)

    task = asyncio.create_task(read())
    result = await found
    reading.add(task)
    return result
