"""Checks in a task group, timed by the clock on the wall."""

from __future__ import annotations

import asyncio
import time
from typing import Literal, NotRequired, TypedDict

import httpx


class HealthStatus(TypedDict):
    """What one check found out about one endpoint."""

    endpoint: str
    status: Literal["healthy", "unhealthy", "error"]
    response_time: NotRequired[float]
    error: NotRequired[str]


async def check_model_health(endpoint: str) -> HealthStatus:
    """Ask one endpoint for its health."""
    url = httpx.URL(endpoint).copy_with(path="/health")
    async with httpx.AsyncClient() as client:
        started = time.time()
        try:
            response = await client.get(url, timeout=httpx.Timeout(5.0))
        except Exception as problem:
            return HealthStatus(endpoint=endpoint, status="error", error=repr(problem))
        finished = time.time()
    match response.status_code:
        case 200:
            status: Literal["healthy", "unhealthy"] = "healthy"
        case _:
            status = "unhealthy"
    return HealthStatus(endpoint=endpoint, status=status, response_time=finished - started)


async def monitor_models(endpoints: list[str]) -> list[HealthStatus]:
    """Ask every endpoint at the same time."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(check_model_health(endpoint)) for endpoint in endpoints]
    return [task.result() for task in tasks]
