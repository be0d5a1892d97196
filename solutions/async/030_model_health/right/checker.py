"""An object for each check, and tasks that are waited for one after another."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Literal, NotRequired, TypedDict

import httpx


class HealthStatus(TypedDict):
    """What one check found out about one endpoint."""

    endpoint: str
    status: Literal["healthy", "unhealthy", "error"]
    response_time: NotRequired[float]
    error: NotRequired[str]


@dataclass(frozen=True)
class Checker:
    """One endpoint to be checked."""

    endpoint: str

    async def check(self) -> HealthStatus:
        """Ask for its health."""
        try:
            response = await self._ask()
        except httpx.RequestError as error:
            return {"endpoint": self.endpoint, "status": "error", "error": type(error).__name__}
        return {
            "endpoint": self.endpoint,
            "status": "healthy" if response.status_code == 200 else "unhealthy",
            "response_time": response.elapsed.total_seconds(),
        }

    async def _ask(self) -> httpx.Response:
        async with AsyncExitStack() as stack:
            client = httpx.AsyncClient(base_url=self.endpoint, follow_redirects=False)
            await stack.enter_async_context(client)
            return await client.get("/health")


async def check_model_health(endpoint: str) -> HealthStatus:
    """Ask one endpoint for its health; five seconds are httpx's own patience."""
    return await Checker(endpoint).check()


async def monitor_models(endpoints: list[str]) -> list[HealthStatus]:
    """Ask every endpoint at the same time."""
    tasks = [asyncio.create_task(check_model_health(endpoint)) for endpoint in endpoints]
    try:
        # All of them are on their way, whichever is waited for.
        return [await task for task in tasks]
    finally:
        for task in tasks:
            task.cancel()
