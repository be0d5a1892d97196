"""One client for all of the checks, and a deadline of asyncio's in the place of httpx's."""

from __future__ import annotations

import asyncio
from typing import Literal, NotRequired, TypedDict
from urllib.parse import urljoin

import httpx

DEADLINE = 5


class HealthStatus(TypedDict):
    """What one check found out about one endpoint."""

    endpoint: str
    status: Literal["healthy", "unhealthy", "error"]
    response_time: NotRequired[float]
    error: NotRequired[str]


def new_client() -> httpx.AsyncClient:
    """A client that sets no limits: neither of time nor of connections."""
    return httpx.AsyncClient(timeout=None, limits=httpx.Limits(max_connections=None))


async def check_with(client: httpx.AsyncClient, endpoint: str) -> HealthStatus:
    """Ask one endpoint for its health with a client that somebody else closes."""
    clock = asyncio.get_running_loop().time
    started = clock()
    try:
        async with asyncio.timeout(DEADLINE):
            async with client.stream("GET", urljoin(endpoint, "/health")) as response:
                took = clock() - started
    except TimeoutError:
        return {"endpoint": endpoint, "status": "error", "error": f"no answer in {DEADLINE} s"}
    except httpx.TransportError as error:
        return {"endpoint": endpoint, "status": "error", "error": str(error) or "no connection"}
    if response.status_code != 200:
        return {"endpoint": endpoint, "status": "unhealthy", "response_time": took}
    return {"endpoint": endpoint, "status": "healthy", "response_time": took}


async def check_model_health(endpoint: str) -> HealthStatus:
    """Ask one endpoint for its health."""
    async with new_client() as client:
        return await check_with(client, endpoint)


async def monitor_models(endpoints: list[str]) -> list[HealthStatus]:
    """Ask every endpoint at the same time."""
    async with new_client() as client:
        checks = [check_with(client, endpoint) for endpoint in endpoints]
        return list(await asyncio.gather(*checks))
