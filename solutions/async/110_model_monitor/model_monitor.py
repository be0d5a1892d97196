"""Watch model servers round by round, and tell when one goes down or comes back."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass
class Record:
    """What has been counted of one endpoint."""

    state: Literal["up", "down"] = "up"
    checks: int = 0
    healthy: int = 0
    failures_in_a_row: int = 0

    def note(self, is_healthy: bool, threshold: int) -> bool:
        """Count a check. Returns whether the state is another one now."""
        self.checks += 1
        self.healthy += is_healthy
        self.failures_in_a_row = 0 if is_healthy else self.failures_in_a_row + 1
        before = self.state
        if is_healthy:
            self.state = "up"
        elif self.failures_in_a_row >= threshold:
            self.state = "down"
        return self.state != before

    def summary(self) -> EndpointSummary:
        """The same for others to read."""
        return {
            "state": self.state,
            "checks": self.checks,
            "healthy": self.healthy,
            "failures_in_a_row": self.failures_in_a_row,
            "uptime": self.healthy / self.checks if self.checks else None,
        }


class ModelMonitor:
    """Checks endpoints again and again; an async context manager.

    Args:
        endpoints: the servers' addresses, each once.
        interval: seconds from the beginning of a round to that of the next.
        timeout: the seconds that one check may take.
        max_concurrent: how many checks may be on their way at once.
        failure_threshold: how many checks in a row have to fail for an endpoint to be down.
        on_change: called with the endpoint, and with ``up`` or ``down``, when that changes.

    Raises:
        ValueError: a number is too small to make sense.
    """

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
        if interval <= 0 or timeout <= 0 or max_concurrent < 1 or failure_threshold < 1:
            raise ValueError(
                "interval and timeout have to be above 0, max_concurrent and failure_threshold at "
                f"least 1, not {interval}, {timeout}, {max_concurrent} and {failure_threshold}"
            )
        self._interval = interval
        self._timeout = timeout
        self._max_concurrent = max_concurrent
        self._failure_threshold = failure_threshold
        self._on_change = on_change
        self._records = {endpoint: Record() for endpoint in endpoints}
        self._client: httpx.AsyncClient | None = None
        # That of the watch that is running; both are made anew for each.
        self._stopping: asyncio.Event | None = None
        self._ended: asyncio.Event | None = None

    async def __aenter__(self) -> Self:
        # No time-out and no limits of the client's own: the checks have theirs.
        limits = httpx.Limits(max_connections=None)
        self._client = httpx.AsyncClient(timeout=None, limits=limits)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        client, self._client = self._client, None
        try:
            self.stop()
            if self._ended is not None:
                # The watch is somebody else's task. It still needs the client.
                await self._ended.wait()
        finally:
            if client is not None:
                await client.aclose()

    async def check_once(self) -> dict[str, bool]:
        """Check every endpoint once.

        Returns:
            For each endpoint, in their order, whether it is healthy.

        Raises:
            RuntimeError: the monitor is not entered.
        """
        client = self._entered()
        slots = asyncio.Semaphore(self._max_concurrent)

        async def check(endpoint: str) -> bool:
            async with slots:
                is_healthy = await self._ask(client, endpoint)
            # Here, and not when the round has ended: whoever waits for the slowest endpoint
            # hears of the others too late. A check that is cancelled does not come so far.
            self._note(endpoint, is_healthy)
            return is_healthy

        async with asyncio.TaskGroup() as group:
            checks = {each: group.create_task(check(each)) for each in self._records}
        return {endpoint: task.result() for endpoint, task in checks.items()}

    async def watch(self, rounds: int | None = None) -> None:
        """Check every endpoint, round by round, until it is stopped.

        Args:
            rounds: how many rounds to make; None for no end.

        Raises:
            RuntimeError: the monitor is not entered, or it watches already.
        """
        self._entered()
        if self._stopping is not None:
            raise RuntimeError("the monitor watches already")
        stopping = self._stopping = asyncio.Event()
        ended = self._ended = asyncio.Event()
        try:
            await self._rounds(math.inf if rounds is None else rounds, stopping)
        finally:
            self._stopping = self._ended = None
            ended.set()

    def stop(self) -> None:
        """Let the watch that is running end: at once, or with the round that is on its way."""
        if self._stopping is not None:
            self._stopping.set()

    def summary(self) -> dict[str, EndpointSummary]:
        """What is known of each endpoint, in their order; a copy."""
        return {endpoint: record.summary() for endpoint, record in self._records.items()}

    def _entered(self) -> httpx.AsyncClient:
        if self._client is None:
            raise RuntimeError("the monitor works within its `async with` block only")
        return self._client

    async def _rounds(self, rounds: float, stopping: asyncio.Event) -> None:
        clock = asyncio.get_running_loop().time
        first = clock()
        beat = 0
        done = 0
        while done < rounds:
            await self.check_once()
            done += 1
            if done >= rounds or stopping.is_set():
                return
            # Every round is due by the first, not by the one before: so none is late because
            # those before it took their time. Beats that a long round has missed are left out.
            beat = max(beat + 1, math.ceil((clock() - first) / self._interval))
            if await _is_set_until(stopping, first + beat * self._interval):
                return

    async def _ask(self, client: httpx.AsyncClient, endpoint: str) -> bool:
        try:
            # A deadline for all of the answer: httpx's time-outs begin anew with each byte.
            async with asyncio.timeout(self._timeout):
                response = await client.get(f"{endpoint.rstrip('/')}/health")
        except (TimeoutError, httpx.HTTPError):
            return False
        return response.status_code == httpx.codes.OK

    def _note(self, endpoint: str, is_healthy: bool) -> None:
        record = self._records[endpoint]
        has_changed = record.note(is_healthy, self._failure_threshold)
        if has_changed and self._on_change is not None:
            try:
                self._on_change(endpoint, record.state)
            except Exception:
                # Whoever listens must not be able to end the watch.
                logging.exception("on_change has failed for %s", endpoint)


async def _is_set_until(event: asyncio.Event, when: float) -> bool:
    """Wait for an event, but no longer than until a moment of the loop's clock."""
    try:
        async with asyncio.timeout_at(when):
            await event.wait()
    except TimeoutError:
        return False
    return True


async def main() -> None:
    """Watch two models for as long as it takes to break one of them, and to heal it."""
    # Two that answer: `mlinfra serve exercises/async/fleet.toml`, in another terminal. To break
    # one: `mlinfra fleet break resnet status code=503`; to heal it: `mlinfra fleet heal`.
    endpoints = ["http://127.0.0.1:8000/resnet", "http://127.0.0.1:8000/bert"]
    async with ModelMonitor(endpoints, interval=2.0, on_change=print) as monitor:
        await monitor.watch(rounds=15)
    print(monitor.summary())


if __name__ == "__main__":
    asyncio.run(main())
