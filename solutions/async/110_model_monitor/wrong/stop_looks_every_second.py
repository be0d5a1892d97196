# draws: sleeps-on
"""Looks once a second whether it is to stop."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Any, Self

import httpx


class ModelMonitor:
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
            raise ValueError("a number makes no sense")
        self.endpoints = endpoints
        self.interval = interval
        self.timeout = timeout
        self.max_concurrent = max_concurrent
        self.failure_threshold = failure_threshold
        self.on_change = on_change
        self.records: dict[str, dict[str, Any]] = {
            endpoint: {
                "state": "up",
                "checks": 0,
                "healthy": 0,
                "failures_in_a_row": 0,
                "uptime": None,
            }
            for endpoint in endpoints
        }
        self.client: httpx.AsyncClient | None = None
        self.stopping: asyncio.Event | None = None
        self.ended: asyncio.Event | None = None

    async def __aenter__(self) -> Self:
        limits = httpx.Limits(max_connections=None)
        self.client = httpx.AsyncClient(timeout=None, limits=limits)
        return self

    async def __aexit__(self, *_exception: object) -> None:
        client, self.client = self.client, None
        try:
            self.stop()
            if self.ended is not None:
                await self.ended.wait()
        finally:
            if client is not None:
                await client.aclose()

    async def check_once(self) -> dict[str, bool]:
        if self.client is None:
            raise RuntimeError("not entered")
        client = self.client
        slots = asyncio.Semaphore(self.max_concurrent)

        async def check(endpoint: str) -> bool:
            async with slots:
                healthy = await self.ask(client, endpoint)
            self.note(endpoint, healthy)
            return healthy

        async with asyncio.TaskGroup() as group:
            tasks = {each: group.create_task(check(each)) for each in self.endpoints}
        return {endpoint: task.result() for endpoint, task in tasks.items()}

    async def ask(self, client: httpx.AsyncClient, endpoint: str) -> bool:
        try:
            async with asyncio.timeout(self.timeout):
                response = await client.get(f"{endpoint.rstrip('/')}/health")
        except (TimeoutError, httpx.HTTPError):
            return False
        return response.status_code == 200

    def note(self, endpoint: str, healthy: bool) -> None:
        record = self.records[endpoint]
        record["checks"] += 1
        record["healthy"] += healthy
        record["failures_in_a_row"] = 0 if healthy else record["failures_in_a_row"] + 1
        record["uptime"] = record["healthy"] / record["checks"]
        if healthy and record["state"] == "down":
            self.change(endpoint, "up")
        elif record["failures_in_a_row"] >= self.failure_threshold and record["state"] == "up":
            self.change(endpoint, "down")

    def change(self, endpoint: str, state: str) -> None:
        self.records[endpoint]["state"] = state
        if self.on_change is not None:
            try:
                self.on_change(endpoint, state)
            except Exception as error:
                print(error)

    async def watch(self, rounds: int | None = None) -> None:
        if self.client is None:
            raise RuntimeError("not entered")
        if self.stopping is not None:
            raise RuntimeError("watching already")
        self.stopping = asyncio.Event()
        self.ended = asyncio.Event()
        try:
            await self.make_rounds(rounds, self.stopping)
        finally:
            self.ended.set()
            self.stopping = self.ended = None

    async def make_rounds(self, rounds: int | None, stopping: asyncio.Event) -> None:
        clock = asyncio.get_running_loop().time
        first = clock()
        done = beat = 0
        while rounds is None or done < rounds:
            await self.check_once()
            done += 1
            if done == rounds or stopping.is_set():
                return
            beat = max(beat + 1, math.ceil((clock() - first) / self.interval))
            due = first + beat * self.interval
            while clock() < due:
                await asyncio.sleep(min(0.75, due - clock()))
                if stopping.is_set():
                    return

    def stop(self) -> None:
        if self.stopping is not None:
            self.stopping.set()

    def summary(self) -> dict[str, Any]:
        return {endpoint: dict(record) for endpoint, record in self.records.items()}
