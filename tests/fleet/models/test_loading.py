"""Cold starts, on the virtual clock."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import Model, ModelFleet, ModelServer, Serving


async def status(client: httpx.AsyncClient, server: ModelServer, path: str) -> int:
    return (await client.get(f"{server.url}{path}")).status_code


async def test_a_model_loads_from_the_start_and_refuses_meanwhile(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    server = await model_fleet.start(Model("cold", serving=Serving(load_seconds=3)))
    paths = ("/health", "/readyz", "/ping", "/v2/health/ready", "/v2/models/cold/ready")

    assert [await status(http_client, server, path) for path in paths] == [503, 503, 503, 400, 400]
    assert await status(http_client, server, "/livez") == 200
    assert await status(http_client, server, "/healthz") == 200
    refused = await http_client.post(f"{server.url}/predict", json=1)
    assert (refused.status_code, refused.json()) == (
        503,
        {"error": "the model 'cold' is still loading"},
    )
    await virtual_clock.advance(3)
    assert [await status(http_client, server, path) for path in paths] == [200] * 5
    assert (await http_client.post(f"{server.url}/predict", json=1)).status_code == 200


async def test_a_model_that_loads_on_request_lets_the_first_ones_wait(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    serving = Serving(load_seconds=3, load_on="first request", seconds=1)
    server = await model_fleet.start(Model("lazy", serving=serving))
    assert await status(http_client, server, "/health") == 200
    assert await status(http_client, server, "/v2/models/lazy/ready") == 400

    async def ask() -> float:
        await http_client.post(f"{server.url}/predict", json=1)
        return virtual_clock.now

    async def ask_later() -> float:
        await virtual_clock.advance(2)
        assert await status(http_client, server, "/health") == 503
        return await ask()

    assert set(await asyncio.gather(ask(), ask(), ask_later())) == {4}
    assert await ask() == 5


@pytest.mark.parametrize("on", ["start", "first request"])
async def test_without_a_cold_start_it_is_ready_at_once(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient, on: str
) -> None:
    server = await model_fleet.start(Model("warm", serving=Serving(load_on=on)))  # type: ignore[arg-type]

    assert await status(http_client, server, "/v2/models/warm/ready") == 200
