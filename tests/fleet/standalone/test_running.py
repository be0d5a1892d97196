"""A fleet at work."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx
import pytest

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet import Latency, Model, Status
from pytest_mlinfra.fleet.standalone.config import FleetConfig, FleetTable, Hosted
from pytest_mlinfra.fleet.standalone.running import RunningFleet


def _fleet(*models: Hosted, port: int = 0) -> RunningFleet:
    return RunningFleet(FleetConfig(Path("fleet.toml"), FleetTable(port=port), models))


async def _status(client: httpx.AsyncClient, url: str) -> int:
    return (await client.get(f"{url}/health")).status_code


async def _begun(fleet: RunningFleet, client: httpx.AsyncClient) -> asyncio.Task[int]:
    """A request to `bert` that is in flight."""
    begun = asyncio.Event()
    fleet.journal.watch(lambda _exchange: begun.set())
    asking = asyncio.create_task(_status(client, fleet.url("bert")))
    await begun.wait()
    return asking


async def test_models_share_a_port_or_have_their_own(http_client: httpx.AsyncClient) -> None:
    fleet = await _fleet(
        Hosted(Model("bert")), Hosted(Model("resnet")), Hosted(Model("gpt"), port=0)
    ).start()

    answers = [(await http_client.get(f"{fleet.url(name)}/health")).json() for name in fleet.names]
    await fleet.stop()

    assert [answer["model"] for answer in answers] == ["bert", "resnet", "gpt"]
    bert, resnet, gpt = map(fleet.url, fleet.names)
    assert bert.endswith("/bert")
    assert bert.removesuffix("/bert") == resnet.removesuffix("/resnet")
    assert gpt.count("/") == 2
    assert [each.model for each in fleet.journal] == ["bert", "resnet", "gpt"]


async def test_a_request_with_a_body_reaches_its_model_too(http_client: httpx.AsyncClient) -> None:
    fleet = await _fleet(Hosted(Model("bert")), Hosted(Model("resnet"))).start()

    answer = await http_client.post(f"{fleet.url('resnet')}/predict", json=[1])
    await fleet.stop()

    assert answer.json() == {"model": "resnet", "prediction": [1]}
    exchange = fleet.journal.only
    assert (exchange.model, exchange.path, exchange.target) == (
        "resnet",
        "/predict",
        "/resnet/predict",
    )


async def test_a_model_alone_on_the_shared_port_needs_no_path() -> None:
    fleet = await _fleet(Hosted(Model("bert"))).start()

    assert fleet.url("bert").count("/") == 2
    await fleet.stop()


async def test_on_a_shared_port_faults_befall_only_their_model(
    http_client: httpx.AsyncClient,
) -> None:
    fleet = await _fleet(
        Hosted(Model("bert"), faults=(Status(code=503),)), Hosted(Model("resnet"))
    ).start()

    before = [await _status(http_client, fleet.url(name)) for name in fleet.names]
    fleet.replace_faults("resnet", [Status(code=500)])
    fleet.replace_faults("bert", [])
    after = [await _status(http_client, fleet.url(name)) for name in fleet.names]
    await fleet.stop()

    assert (before, after) == ([503, 200], [200, 500])
    assert fleet.faults("bert") == []
    assert [fault.kind for fault in fleet.faults("resnet")] == ["status"]


async def test_knows_its_models() -> None:
    fleet = await _fleet(Hosted(Model("bert")), Hosted(Model("resnet"))).start()

    with pytest.raises(FleetError, match="no model 'gpt'; there is bert, resnet"):
        fleet.faults("gpt")
    await fleet.stop()


async def test_a_port_that_is_taken_is_named_and_the_others_are_closed() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        fleet = _fleet(Hosted(Model("bert")), Hosted(Model("gpt"), port=port))

        with pytest.raises(FleetError, match=f"port {port} of the model 'gpt' is taken by another"):
            await fleet.start()

    with pytest.raises(OSError, match="refused"), socket.socket() as client:
        client.connect(("127.0.0.1", int(fleet.url("bert").rpartition(":")[2])))


class TestStopping:
    async def test_lets_requests_in_flight_finish(self, http_client: httpx.AsyncClient) -> None:
        fleet = await _fleet(Hosted(Model("bert"), faults=(Latency(seconds=0.1),))).start()
        asking = await _begun(fleet, http_client)

        await fleet.stop(grace=5)

        assert await asking == 200
        assert fleet.cut_off == 0

    async def test_cuts_them_off_in_the_end(self, http_client: httpx.AsyncClient) -> None:
        fleet = await _fleet(Hosted(Model("bert"), faults=(Latency(seconds=60),))).start()
        asking = await _begun(fleet, http_client)

        await fleet.stop(grace=0.05)

        assert fleet.cut_off == 1
        with pytest.raises(httpx.TransportError):
            await asking

    async def test_lets_nobody_in_any_more(self, http_client: httpx.AsyncClient) -> None:
        fleet = await _fleet(Hosted(Model("bert"))).start()
        await fleet.stop()

        with pytest.raises(httpx.ConnectError):
            await _status(http_client, fleet.url("bert"))
