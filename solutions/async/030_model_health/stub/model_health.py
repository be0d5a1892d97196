"""Ask model servers over HTTP whether they are healthy, all of them at once."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


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
    # TODO: send the request with httpx, time it, and say what came of it.
    raise NotImplementedError


async def monitor_models(endpoints: list[str]) -> list[HealthStatus]:
    """Ask every endpoint at the same time; the answers are in the order of ``endpoints``."""
    # TODO: check_model_health does one; how do all of them run together?
    raise NotImplementedError


# To see it at work, serve the fakes in another terminal with
# `mlinfra serve exercises/async/fleet.toml`, and run this file.
if __name__ == "__main__":
    import asyncio

    names = ["resnet", "bert", "gpt", "slow", "flaky", "down", "stuck"]
    fleet = [f"http://127.0.0.1:8000/{name}" for name in names]
    for found in asyncio.run(monitor_models(fleet)):
        print(found)
