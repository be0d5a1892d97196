"""A client is closed at the end of the function, if that is reached."""

from __future__ import annotations

import httpx

from pytest_mlinfra.fleet import Latency, ModelFleet

_CONTEXT = httpx.create_ssl_context(verify=False)


async def faulty() -> None:
    async with ModelFleet() as fleet:
        server = await fleet.start("model", Latency(0.1))
        client = httpx.AsyncClient(verify=_CONTEXT, trust_env=False)
        await client.get(f"{server.url}/health")
        await client.get(f"{server.url}/health")
        await client.aclose()


async def clean() -> None:
    async with ModelFleet() as fleet:
        server = await fleet.start("model", Latency(0.1))
        async with httpx.AsyncClient(verify=_CONTEXT, trust_env=False) as client:
            await client.get(f"{server.url}/health")
            await client.get(f"{server.url}/health")
