"""Several servers at once."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx
import pytest

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet import Latency, Model, ModelFleet, ModelServer, SizeLimits, Status
from raw_client import connected


async def test_a_fleet_keeps_one_journal(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    servers = [await model_fleet.start(f"m{number}", Latency(1)) for number in range(5)]
    await asyncio.gather(*(http_client.get(f"{server.url}/health") for server in servers))

    assert sorted(each.model for each in model_fleet.journal) == ["m0", "m1", "m2", "m3", "m4"]
    assert model_fleet.journal.peak_in_flight == 5
    assert model_fleet.open_connections == 5
    assert virtual_clock.now == 1.0


async def test_a_fleet_stops_all_its_servers_at_the_same_time(
    virtual_clock: VirtualClock,
) -> None:
    fleet = ModelFleet()
    servers = [await fleet.start(f"m{number}", Latency(3)) for number in range(3)]
    unreachable = fleet.unreachable_url()
    clients = [connected(server) for server in servers]
    for context in clients:
        client = await context.__aenter__()
        await client.send(b"GET /health HTTP/1.1\r\nHost: fleet\r\n\r\n")
    await virtual_clock.advance(1)
    await fleet.stop(grace=10)

    assert virtual_clock.now == 3.0
    assert [each.outcome for each in fleet.journal] == ["served"] * 3
    assert fleet.open_connections == 0
    with socket.socket() as again:
        again.bind(("127.0.0.1", int(unreachable.rpartition(":")[2])))
    for context in clients:
        await context.__aexit__(None, None, None)


async def test_ports_are_closed_even_if_stopping_is_cancelled_at_once() -> None:
    fleet = ModelFleet()
    server = await fleet.start("m")

    stopping = asyncio.create_task(fleet.stop())
    await asyncio.sleep(0)
    stopping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopping

    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]))
    await fleet.stop()


async def test_one_server_that_does_not_stop_keeps_no_other_from_it(
    virtual_clock: VirtualClock,
) -> None:
    async def stubborn(_instance: object) -> None:
        for _ in range(3):
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                continue

    fleet = ModelFleet()
    mule = await fleet.start("mule", predict=stubborn)
    horse = await fleet.start("horse")
    async with connected(mule) as client:
        await client.send(b"POST /predict HTTP/1.1\r\nHost: f\r\nContent-Length: 1\r\n\r\n1")
        await virtual_clock.advance(1)
        with pytest.raises(FleetError, match="'mule' has stopped, but"):
            await fleet.stop()
    with pytest.raises(ConnectionRefusedError):
        await connected(horse).__aenter__()
    await virtual_clock.advance(200)


async def test_names_differ(model_fleet: ModelFleet) -> None:
    await model_fleet.start("m")

    with pytest.raises(FleetError, match="a model 'm' already"):
        await model_fleet.start("m")


async def test_a_server_that_could_not_start_leaves_its_name(model_fleet: ModelFleet) -> None:
    with pytest.raises(FleetError, match="cannot listen"):
        await model_fleet.start("m", host="nowhere")

    await model_fleet.start("m")


async def test_a_model_knows_itself_how_it_answers(model_fleet: ModelFleet) -> None:
    with pytest.raises(FleetError, match="knows itself how it answers"):
        await model_fleet.start(Model("m"), predict=len)


async def test_where_a_server_listens_is_handed_on(model_fleet: ModelFleet, tmp_path: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    given = await model_fleet.start("given", listener=listener)
    sixth = await model_fleet.start("sixth", host="::1", limits=SizeLimits(body=1))
    path = await model_fleet.start("path", path=tmp_path / "socket")

    assert given.url.endswith(f":{listener.getsockname()[1]}")
    assert sixth.url.startswith("http://[::1]:")
    assert path.url == "http://localhost"


async def test_an_unreachable_port_refuses(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> None:
    with pytest.raises(httpx.ConnectError):
        await http_client.get(model_fleet.unreachable_url())


async def test_a_fleet_works_on_the_real_loop(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> None:
    server = await model_fleet.start("m", Latency(0.01), Status(503, first=1))
    codes = [(await http_client.get(f"{server.url}/health")).status_code for _ in range(2)]

    assert codes == [503, 200]
    assert isinstance(server, ModelServer)
    assert all(each.seconds is not None and each.seconds >= 0.01 for each in server.journal)
