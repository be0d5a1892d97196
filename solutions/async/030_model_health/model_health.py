"""Ask model servers over HTTP whether they are healthy, all of them at once."""

from __future__ import annotations

import asyncio
import time
from typing import Literal, NotRequired, TypedDict

import httpx

TIMEOUT_SECONDS = 5.0


class HealthStatus(TypedDict):
    """What one check found out about one endpoint."""

    endpoint: str
    status: Literal["healthy", "unhealthy", "error"]
    response_time: NotRequired[float]
    error: NotRequired[str]


async def check_model_health(endpoint: str) -> HealthStatus:
    """Ask one endpoint for its health.

    Args:
        endpoint: the server's address, for instance ``http://127.0.0.1:8000``.
    """
    started = time.perf_counter()
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
            response = await client.get(f"{endpoint.rstrip('/')}/health")
    # Not Exception: a bug of ours should be seen. And not BaseException, which would
    # swallow a cancellation.
    except httpx.HTTPError as error:
        # A time-out's own text is empty, so the name of its class has to be there too.
        text = f"{type(error).__name__}: {error}"
        return {"endpoint": endpoint, "status": "error", "error": text}
    response_time = time.perf_counter() - started
    # Not response.is_success, which is also true for a 204 without a body.
    healthy = response.status_code == httpx.codes.OK
    return {
        "endpoint": endpoint,
        "status": "healthy" if healthy else "unhealthy",
        "response_time": response_time,
    }


async def monitor_models(endpoints: list[str]) -> list[HealthStatus]:
    """Ask every endpoint at the same time; the answers are in the order of ``endpoints``."""
    # Each check turns its own trouble into an answer, so gather has no errors to collect,
    # and return_exceptions, which would put exceptions into the list, is not needed.
    return await asyncio.gather(*(check_model_health(endpoint) for endpoint in endpoints))


# To see it at work, serve the fakes in another terminal with
# `mlinfra serve exercises/async/fleet.toml`, and run this file.
if __name__ == "__main__":
    names = ["resnet", "bert", "gpt", "slow", "flaky", "down", "stuck"]
    fleet = [f"http://127.0.0.1:8000/{name}" for name in names]
    for found in asyncio.run(monitor_models(fleet)):
        print(found)
