# draws: works-ahead
"""Makes a lazy stream eager: it is a plain function that starts the first half second."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypedDict

import httpx


class LogEntry(TypedDict):
    job: str
    epoch: int
    epochs: int
    loss: float
    message: str


def stream_training_logs(job_id: str, epochs: int = 10) -> AsyncGenerator[str, None]:
    first = asyncio.ensure_future(asyncio.sleep(0.5))

    async def lines() -> AsyncGenerator[str, None]:
        try:
            for epoch in range(1, epochs + 1):
                await (first if epoch == 1 else asyncio.sleep(0.5))
                yield f"[{job_id}] Epoch {epoch}/{epochs} - loss: {1 / epoch:.4f}"
        finally:
            first.cancel()

    return lines()


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


async def epochs_until(url: str, job_id: str, loss: float, epochs: int = 10) -> int | None:
    async with aclosing(follow_training_logs(url, job_id, epochs)) as entries:
        async for entry in entries:
            if entry["loss"] <= loss:
                return entry["epoch"]
    return None
