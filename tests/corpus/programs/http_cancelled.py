"""The first answer counts; the slower request is cancelled, and the server hears of it."""

from __future__ import annotations

import asyncio

import httpx

from pytest_mlinfra.fleet import Latency, ModelFleet

_CONTEXT = httpx.create_ssl_context(verify=False)


async def program() -> None:
    async with ModelFleet() as fleet:
        async with httpx.AsyncClient(verify=_CONTEXT, trust_env=False) as client:
            fast = await fleet.start("fast", Latency(0.1))
            slow = await fleet.start("slow", Latency(5))
            asking = [
                asyncio.create_task(client.get(f"{server.url}/health")) for server in (slow, fast)
            ]
            try:
                done, _ = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in asking:
                    task.cancel()
                await asyncio.gather(*asking, return_exceptions=True)
            assert [task.result().status_code for task in done] == [200]
        await asyncio.sleep(0.1)
        assert fleet.open_connections == 0
        assert len(fleet.journal.with_outcome("cancelled")) == 1
