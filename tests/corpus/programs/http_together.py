"""Many requests at once over one client, whose pool is smaller than their number."""

from __future__ import annotations

import asyncio

import httpx

from pytest_mlinfra.fleet import Latency, ModelFleet

_CONTEXT = httpx.create_ssl_context(verify=False)


async def program() -> None:
    limits = httpx.Limits(max_connections=2)
    async with (
        ModelFleet() as fleet,
        httpx.AsyncClient(verify=_CONTEXT, trust_env=False, limits=limits) as client,
    ):
        server = await fleet.start("model", Latency(0.1))
        urls = [f"{server.url}/predict"] * 5
        answers = await asyncio.gather(*(client.post(url, json=n) for n, url in enumerate(urls)))
        assert [each.json()["prediction"] for each in answers] == [0, 1, 2, 3, 4]
        assert fleet.journal.peak_in_flight == 2
        assert fleet.journal.connections == 2
