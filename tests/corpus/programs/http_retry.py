"""A retry with time-outs and backoff, in exact time."""

from __future__ import annotations

import asyncio

import httpx

from pytest_mlinfra.fleet import Hang, ModelFleet, Status

_CONTEXT = httpx.create_ssl_context(verify=False)


async def _ask(client: httpx.AsyncClient, url: str) -> int:
    for attempt in range(4):
        try:
            answer = await client.get(url)
        except httpx.ReadTimeout:
            answer = None
        if answer is not None and answer.status_code == httpx.codes.OK:
            return attempt
        await asyncio.sleep(2.0**attempt)
    raise AssertionError


async def program() -> None:
    loop = asyncio.get_running_loop()
    async with (
        ModelFleet() as fleet,
        httpx.AsyncClient(verify=_CONTEXT, trust_env=False, timeout=1.0) as client,
    ):
        stuck = await fleet.start("stuck", Hang(first=1))
        busy = await fleet.start("busy", Status(503, first=2))
        urls = [f"{server.url}/health" for server in (stuck, busy)]
        attempts = await asyncio.gather(*(_ask(client, url) for url in urls))
        assert attempts == [1, 2]
        assert loop.time() == 3.0
