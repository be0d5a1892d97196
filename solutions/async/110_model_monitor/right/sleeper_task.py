"""A pause is a task that a stop cancels; workers share an iterator; records are plain numbers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import Literal, Self, TypedDict

import httpx


class EndpointSummary(TypedDict):
    """What is known of one endpoint."""

    state: Literal["up", "down"]
    checks: int
    healthy: int
    failures_in_a_row: int
    uptime: float | None


class ModelMonitor:
    """Checks endpoints again and again."""

    def __init__(
        self,
        endpoints: list[str],
        *,
        interval: float = 30.0,
        timeout: float = 5.0,
        max_concurrent: int = 10,
        failure_threshold: int = 3,
        on_change: Callable[[str, str], None] | None = None,
    ) -> None:
        for number in (interval, timeout, max_concurrent, failure_threshold):
            if number <= 0:
                raise ValueError(f"{number} is too small")
        self.endpoints = tuple(endpoints)
        self.interval = interval
        self.timeout = timeout
        self.workers = max_concurrent
        self.threshold = failure_threshold
        self.tell = on_change or (lambda _endpoint, _state: None)
        self.checks: Counter[str] = Counter()
        self.healthy: Counter[str] = Counter()
        self.row: Counter[str] = Counter()
        self.down: set[str] = set()
        self.stack: AsyncExitStack | None = None
        self.client: httpx.AsyncClient
        self.watching = False
        self.stopped = False
        self.pause: asyncio.Task[None] | None = None
        self.idle = asyncio.Condition()

    async def __aenter__(self) -> Self:
        """Open the client."""
        stack = AsyncExitStack()
        limits = httpx.Limits(max_connections=None)
        self.client = await stack.enter_async_context(
            httpx.AsyncClient(timeout=None, limits=limits)
        )
        self.stack = stack
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End what runs, then close the client."""
        stack, self.stack = self.stack, None
        assert stack is not None
        async with stack:
            self.stop()
            async with self.idle:
                await self.idle.wait_for(lambda: not self.watching)

    async def check_once(self) -> dict[str, bool]:
        """One round."""
        if self.stack is None:
            raise RuntimeError("enter the monitor first")
        return await self._round()

    async def _round(self) -> dict[str, bool]:
        verdicts: dict[str, bool] = {}
        rest = iter(self.endpoints)
        workers = [
            asyncio.create_task(self._work(rest, verdicts))
            for _ in range(min(self.workers, len(self.endpoints)))
        ]
        try:
            for worker in workers:
                await worker
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        return {endpoint: verdicts[endpoint] for endpoint in self.endpoints}

    async def _work(self, rest: Iterator[str], verdicts: dict[str, bool]) -> None:
        for endpoint in rest:
            request = self.client.get(httpx.URL(endpoint).copy_with(path="/health"))
            try:
                answer = await asyncio.wait_for(request, self.timeout)
                verdict = answer.status_code == 200
            except (httpx.RequestError, TimeoutError):
                verdict = False
            verdicts[endpoint] = verdict
            self._count(endpoint, verdict)

    def _count(self, endpoint: str, verdict: bool) -> None:
        self.checks[endpoint] += 1
        if verdict:
            self.healthy[endpoint] += 1
            self.row[endpoint] = 0
            if endpoint in self.down:
                self.down.remove(endpoint)
                self._tell(endpoint, "up")
            return
        self.row[endpoint] += 1
        if self.row[endpoint] >= self.threshold and endpoint not in self.down:
            self.down.add(endpoint)
            self._tell(endpoint, "down")

    def _tell(self, endpoint: str, state: str) -> None:
        with suppress(Exception):
            self.tell(endpoint, state)

    async def watch(self, rounds: int | None = None) -> None:
        """Round after round."""
        if self.stack is None or self.watching:
            raise RuntimeError("enter the monitor first, and watch once at a time")
        self.watching, self.stopped = True, False
        try:
            began = asyncio.get_running_loop().time()
            while rounds is None or rounds > 0:
                await self._round()
                rounds = None if rounds is None else rounds - 1
                if self.stopped or rounds == 0:
                    break
                passed = asyncio.get_running_loop().time() - began
                # As far as from here to the next multiple of the interval.
                rest = self.interval - passed % self.interval
                self.pause = asyncio.create_task(asyncio.sleep(rest))
                await asyncio.wait([self.pause])
                if self.stopped:
                    break
        finally:
            if self.pause is not None:
                self.pause.cancel()
            self.pause = None
            self.watching = False
            async with self.idle:
                self.idle.notify_all()

    def stop(self) -> None:
        """End the watch."""
        self.stopped = True
        if self.pause is not None:
            self.pause.cancel()

    def summary(self) -> dict[str, EndpointSummary]:
        """What is known."""
        return {
            endpoint: EndpointSummary(
                state="down" if endpoint in self.down else "up",
                checks=self.checks[endpoint],
                healthy=self.healthy[endpoint],
                failures_in_a_row=self.row[endpoint],
                uptime=(
                    None
                    if not self.checks[endpoint]
                    else self.healthy[endpoint] / self.checks[endpoint]
                ),
            )
            for endpoint in self.endpoints
        }
