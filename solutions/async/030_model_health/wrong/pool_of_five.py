# draws: one-after-another
"""One client for all, whose pool has five connections."""

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
    async with httpx.AsyncClient(timeout=5.0) as client:
        return await ask(endpoint, client)


async def ask(endpoint: str, client: httpx.AsyncClient) -> HealthStatus:
    started = time.perf_counter()
    try:
        response = await client.get(f"{endpoint.rstrip('/')}/health")
    except httpx.HTTPError as error:
        return {"endpoint": endpoint, "status": "error", "error": repr(error)}
    return {
        "endpoint": endpoint,
        "status": "healthy" if response.status_code == 200 else "unhealthy",
        "response_time": time.perf_counter() - started,
    }


async def monitor_models(endpoints: list[str]) -> list[HealthStatus]:
    limits = httpx.Limits(max_connections=5)
    async with httpx.AsyncClient(timeout=5.0, limits=limits) as client:
        return await asyncio.gather(*(ask(endpoint, client) for endpoint in endpoints))
