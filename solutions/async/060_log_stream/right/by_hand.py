"""Streams as objects with `__anext__`, and lines that are cut from bytes by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from types import TracebackType
from typing import Any, TypedDict

import httpx


class LogEntry(TypedDict):
    """What a training server tells about one epoch."""

    job: str
    epoch: int
    epochs: int
    loss: float
    message: str


class MadeUpLog:
    """A log whose lines are made when they are asked for."""

    def __init__(self, job_id: str, epochs: int) -> None:
        self.job_id, self.epochs = job_id, epochs
        self._numbers = iter(range(1, epochs + 1))

    def __aiter__(self) -> MadeUpLog:
        return self

    async def __anext__(self) -> str:
        number = next(self._numbers, None)
        if number is None:
            raise StopAsyncIteration
        await asyncio.sleep(1 / 2)
        return f"[{self.job_id}] Epoch {number}/{self.epochs} - loss: {1 / number:.4f}"

    async def aclose(self) -> None:
        """Give nothing more."""
        self._numbers = iter(())


def stream_training_logs(job_id: str, epochs: int = 10) -> MadeUpLog:
    """Make up the log of a job."""
    return MadeUpLog(job_id, epochs)


async def monitor_training(job_id: str = "job-123") -> int:
    """Print a log line by line."""
    log = stream_training_logs(job_id)
    count = 0
    try:
        while True:
            print(await anext(log), flush=True)
            count += 1
    except StopAsyncIteration:
        return count


async def lines_of(pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """Put pieces together to lines."""
    rest = b""
    async for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line


class RemoteLog:
    """A log that a server writes."""

    def __init__(self, url: str, job_id: str, epochs: int) -> None:
        self._address = httpx.URL(f"{url}/jobs/{job_id}/logs").copy_merge_params(
            {"format": "ndjson", "epochs": epochs}
        )
        self._client: httpx.AsyncClient | None = None
        self._response: httpx.Response | None = None
        self._lines: AsyncGenerator[bytes, None] | None = None
        self._is_closed = False

    def __aiter__(self) -> RemoteLog:
        return self

    async def __anext__(self) -> LogEntry:
        if self._is_closed:
            raise StopAsyncIteration
        try:
            if self._lines is None:
                self._lines = await self._open()
            entry: LogEntry = json.loads(await anext(self._lines))
            return entry
        except BaseException:
            await self.aclose()
            raise

    async def _open(self) -> AsyncGenerator[bytes, None]:
        self._client = httpx.AsyncClient(timeout=None)
        request = self._client.build_request("GET", self._address)
        self._response = await self._client.send(request, stream=True)
        self._response.raise_for_status()
        return lines_of(self._response.aiter_raw())

    async def aclose(self) -> None:
        """Break the request off, if it has not ended."""
        self._is_closed = True
        try:
            if self._lines is not None:
                await self._lines.aclose()
            if self._response is not None:
                await self._response.aclose()
        finally:
            if self._client is not None:
                await self._client.aclose()

    async def __aenter__(self) -> RemoteLog:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()


def follow_training_logs(url: str, job_id: str, epochs: int = 10) -> RemoteLog:
    """Read the log of a job from a server."""
    return RemoteLog(url, job_id, epochs)


async def epochs_until(url: str, job_id: str, loss: float, epochs: int = 10) -> int | None:
    """Read until the loss is low enough."""
    found: dict[str, Any] = {}
    async with follow_training_logs(url, job_id, epochs) as log:
        async for entry in log:
            if not entry["loss"] > loss:
                found.update(entry)
                break
    return found.get("epoch")
