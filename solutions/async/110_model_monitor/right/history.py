"""Keeps every verdict, and works out all else from them; the pause waits for a future."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Callable
from typing import Literal, Self, TypedDict

import httpx


class EndpointSummary(TypedDict):
    """What is known of one endpoint."""

    state: Literal["up", "down"]
    checks: int
    healthy: int
    failures_in_a_row: int
    uptime: float | None


def failures_at_the_end(history: list[bool]) -> int:
    """How many verdicts since the last healthy one."""
    return sum(1 for _ in itertools.takewhile(lambda verdict: not verdict, reversed(history)))


class Endpoint:
    """One server, and how it was."""

    def __init__(self, address: str, threshold: int) -> None:
        self.address = address
        self.threshold = threshold
        self.history: list[bool] = []

    @property
    def state(self) -> Literal["up", "down"]:
        """Whether it is down now."""
        return "down" if failures_at_the_end(self.history) >= self.threshold else "up"

    async def ask(self, client: httpx.AsyncClient, seconds: float) -> bool:
        """Whether it is healthy."""
        address = self.address.removesuffix("/") + "/health"
        try:
            async with asyncio.timeout(seconds), client.stream("GET", address) as response:
                await response.aread()
                return response.status_code == httpx.codes.OK
        except (OSError, httpx.TransportError):
            return False

    def summary(self) -> EndpointSummary:
        """Everything in figures."""
        checks, healthy = len(self.history), sum(self.history)
        return {
            "state": self.state,
            "checks": checks,
            "healthy": healthy,
            "failures_in_a_row": failures_at_the_end(self.history),
            "uptime": healthy / checks if checks else None,
        }


class ModelMonitor:
    """Checks endpoints again and again."""

    _client: httpx.AsyncClient | None = None
    _stopped: asyncio.Future[None] | None = None
    _ended: asyncio.Future[None] | None = None

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
        if not (interval > 0 and timeout > 0 and max_concurrent >= 1 and failure_threshold >= 1):
            raise ValueError("a number makes no sense")
        self._endpoints = [Endpoint(address, failure_threshold) for address in endpoints]
        self._interval, self._timeout = interval, timeout
        self._places = asyncio.BoundedSemaphore(max_concurrent)
        self._on_change = on_change

    async def __aenter__(self) -> Self:
        """Open the client."""
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(None), limits=httpx.Limits(max_connections=10_000)
        )
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Stop, wait, close."""
        client, self._client = self._client, None
        assert client is not None
        async with contextlib.aclosing(client):
            self.stop()
            if self._ended is not None:
                await asyncio.wait([self._ended])

    async def check_once(self) -> dict[str, bool]:
        """One round."""
        if self._client is None:
            raise RuntimeError("not within its block")
        client = self._client
        verdicts = await asyncio.gather(
            *(self._check(client, each) for each in self._endpoints), return_exceptions=True
        )
        result = {}
        for endpoint, verdict in zip(self._endpoints, verdicts, strict=True):
            if isinstance(verdict, BaseException):
                raise verdict
            result[endpoint.address] = verdict
        return result

    async def _check(self, client: httpx.AsyncClient, endpoint: Endpoint) -> bool:
        async with self._places:
            verdict = await endpoint.ask(client, self._timeout)
        before = endpoint.state
        endpoint.history.append(verdict)
        if endpoint.state != before and self._on_change:
            try:
                self._on_change(endpoint.address, endpoint.state)
            except Exception as error:
                print("on_change:", repr(error))
        return verdict

    async def watch(self, rounds: int | None = None) -> None:
        """Round after round."""
        if self._client is None:
            raise RuntimeError("not within its block")
        if self._stopped is not None:
            raise RuntimeError("it watches")
        loop = asyncio.get_running_loop()
        stopped = self._stopped = loop.create_future()
        ended = self._ended = loop.create_future()
        began = time.monotonic()
        try:
            for number in itertools.count(1):
                if rounds is not None and number > rounds:
                    return
                await self.check_once()
                if number == rounds or stopped.done():
                    return
                missed = (time.monotonic() - began) // self._interval
                due = began + (missed + 1) * self._interval
                await asyncio.wait([stopped], timeout=due - time.monotonic())
                if stopped.done():
                    return
        finally:
            self._stopped = self._ended = None
            stopped.cancel()
            ended.set_result(None)

    def stop(self) -> None:
        """End the watch."""
        if self._stopped is not None and not self._stopped.done():
            self._stopped.set_result(None)

    def summary(self) -> dict[str, EndpointSummary]:
        """What is known."""
        return {endpoint.address: endpoint.summary() for endpoint in self._endpoints}
