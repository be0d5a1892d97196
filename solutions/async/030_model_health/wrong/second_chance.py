# draws: asks-again
"""Gives the unhealthy a second chance."""

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
    started = time.perf_counter()
    try:
        async with httpx.AsyncClient(timeout=5.0) as client:
            for _ in range(2):
                started = time.perf_counter()
                response = await client.get(f"{endpoint.rstrip('/')}/health")
                if response.status_code < 500:
                    break
    except httpx.HTTPError as error:
        return {"endpoint": endpoint, "status": "error", "error": repr(error)}
    return {
        "endpoint": endpoint,
        "status": "healthy" if response.status_code == 200 else "unhealthy",
        "response_time": time.perf_counter() - started,
    }


async def monitor_models(endpoints: list[str]) -> list[HealthStatus]:
    return await asyncio.gather(*(check_model_health(endpoint) for endpoint in endpoints))
