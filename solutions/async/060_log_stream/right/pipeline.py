"""Generators in a row, each closed by the one behind it; the search is an anext() in a loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing
from typing import TypedDict, cast

import httpx


class LogEntry(TypedDict):
    """What a training server tells about one epoch."""

    job: str
    epoch: int
    epochs: int
    loss: float
    message: str


async def ticks(count: int, seconds: float) -> AsyncGenerator[int, None]:
    """Numbers from 1, each after so many seconds."""
    number = 0
    while number < count:
        number += 1
        await asyncio.sleep(seconds)
        yield number


async def stream_training_logs(job_id: str, epochs: int = 10) -> AsyncGenerator[str, None]:
    """Make up the log of a job."""
    async with aclosing(ticks(epochs, 0.5)) as numbers:
        async for epoch in numbers:
            loss = format(1.0 / epoch, ".4f")
            yield " ".join((f"[{job_id}]", "Epoch", f"{epoch}/{epochs}", "-", "loss:", loss))


async def monitor_training(job_id: str = "job-123") -> int:
    """Print a log line by line."""
    printed: list[str] = []
    async with aclosing(stream_training_logs(job_id)) as lines:
        async for line in lines:
            print(line)
            printed.append(line)
    return len(printed)


async def follow_training_logs(
    url: str, job_id: str, epochs: int = 10
) -> AsyncGenerator[LogEntry, None]:
    """Read the log of a job from a server."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=url))
        timeout = httpx.Timeout(10, read=2 * 3600)
        query = {"format": "ndjson", "epochs": str(epochs)}
        answer = client.stream("GET", f"/jobs/{job_id}/logs", params=query, timeout=timeout)
        response = await stack.enter_async_context(answer)
        if response.status_code // 100 != 2:
            request = response.request
            raise httpx.HTTPStatusError("no log", request=request, response=response)
        decoder = json.JSONDecoder()
        text = ""
        async for piece in response.aiter_text():
            text = (text + piece).lstrip()
            while "\n" in text:
                entry, end = decoder.raw_decode(text)
                text = text[end:].lstrip()
                yield cast(LogEntry, entry)


async def epochs_until(url: str, job_id: str, loss: float, epochs: int = 10) -> int | None:
    """Read until the loss is low enough."""
    entries: AsyncIterator[LogEntry] = follow_training_logs(url, job_id, epochs)
    try:
        while (entry := await anext(entries, None)) is not None:
            if entry["loss"] <= loss:
                return entry["epoch"]
        return None
    finally:
        await cast(AsyncGenerator[LogEntry, None], entries).aclose()
