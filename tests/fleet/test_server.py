"""A server from its start to its end."""

from __future__ import annotations

import asyncio
import gc
import socket
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from mirror import mirror_server
from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet import Model, ModelServer, Refused, Status
from raw_client import connected

GET = "GET /health HTTP/1.1\nHost: fleet"


async def test_a_server_that_stops_refuses_connections(http_client: httpx.AsyncClient) -> None:
    server = await ModelServer([Model("m")]).start()
    assert (await http_client.get(f"{server.url}/health")).status_code == 200
    await server.stop()

    with pytest.raises(httpx.ConnectError):
        await http_client.get(f"{server.url}/health")


async def test_a_server_starts_again_on_its_port(http_client: httpx.AsyncClient) -> None:
    server = ModelServer([Model("m")])
    urls = []
    for _ in range(3):
        async with server:
            urls.append(server.url)
            assert (await http_client.get(f"{server.url}/health")).status_code == 200

    assert len(set(urls)) == 1


async def test_a_server_runs_on_one_loop_after_another() -> None:
    server = ModelServer([Model("m")])

    def once() -> int:
        async def ask() -> int:
            async with server, connected(server) as client:
                return (await client.ask(GET)).status

        return asyncio.run(ask())

    assert [await asyncio.to_thread(once) for _ in range(2)] == [200, 200]


async def test_stopping_leaves_nothing_behind(virtual_clock: VirtualClock) -> None:
    tasks = asyncio.all_tasks()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        server = await mirror_server().start()
        async with connected(server), connected(server) as idle, connected(server) as busy:
            await idle.ask(GET)
            await busy.send(b"GET /late/60 HTTP/1.1\r\nHost: fleet\r\n\r\n")
            await virtual_clock.advance(1)
            await server.stop()
            assert server.open_connections == 0
            assert [each.outcome for each in server.journal] == ["served", "cancelled"]
        gc.collect()

    assert asyncio.all_tasks() == tasks
    assert virtual_clock.now == 1.0


async def test_a_client_that_is_there_but_not_let_in_is_sent_away(
    virtual_clock: VirtualClock,
) -> None:
    server = await ModelServer([Model("m")]).start()
    client = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
    # It is accepted in this turn, and let in by a task that begins in the next.
    server._listener._accept()  # type: ignore[union-attr]
    await server.stop()

    assert client.recv(1) == b""
    client.close()


async def test_stopping_twice_is_stopping_once() -> None:
    server = await ModelServer([Model("m")]).start()
    await server.stop()
    await server.stop()


async def test_a_graceful_stop_waits_for_what_is_in_flight(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    async with connected(mirror) as busy, connected(mirror) as idle:
        await busy.send(b"GET /late/3 HTTP/1.1\r\nHost: fleet\r\n\r\n")
        await idle.ask(GET)
        stopping = asyncio.create_task(mirror.stop(grace=10))
        await virtual_clock.advance(1)

        assert await idle.is_closed()
        with pytest.raises(ConnectionRefusedError):
            await connected(mirror).__aenter__()
        answer = await busy.response()
        assert (answer.body, answer.headers["connection"]) == (b"late", "close")
        assert await busy.is_closed()
        await stopping

    assert virtual_clock.now == 3.0


async def test_a_graceful_stop_loses_its_patience(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    async with connected(mirror) as busy:
        await busy.send(b"GET /late/60 HTTP/1.1\r\nHost: fleet\r\n\r\n")
        await virtual_clock.advance(1)
        await mirror.stop(grace=10)

        assert await busy.is_closed()

    assert virtual_clock.now == 11.0
    assert mirror.journal[0].outcome == "cancelled"


async def test_a_graceful_stop_lets_a_slow_reader_finish(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    async with connected(mirror) as client:
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await client.send(b"GET /pieces/33554432 HTTP/1.1\r\nHost: fleet\r\n\r\n")
        await virtual_clock.advance(1)
        stopping = asyncio.create_task(mirror.stop(grace=10))
        await virtual_clock.advance(1)
        client.writer.transport.resume_reading()  # type: ignore[attr-defined]

        assert len((await client.response()).body) == 2**25
        await stopping


async def test_a_model_that_does_not_let_itself_be_cancelled_is_named(
    virtual_clock: VirtualClock,
) -> None:
    async def stubborn(_instance: object) -> None:
        for _ in range(10):
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                continue

    server = await ModelServer([Model("mule", stubborn)]).start()
    async with connected(server) as client:
        await client.send(b"POST /predict HTTP/1.1\r\nHost: f\r\nContent-Length: 1\r\n\r\n1")
        await virtual_clock.advance(1)

        with pytest.raises(FleetError, match=r"'mule' has stopped, but answer POST /predict goes"):
            await server.stop()


async def test_a_model_may_stop_its_own_server(http_client: httpx.AsyncClient) -> None:
    async def out(_instance: object) -> str:
        await server.stop()
        return "gone"

    server = await ModelServer([Model("quitter", out)]).start()

    with pytest.raises(httpx.TransportError):
        await http_client.post(f"{server.url}/predict", json=1)


# Where it listens.


async def test_a_server_listens_on_a_port_of_one_s_choice() -> None:
    async with ModelServer([Model("first")]) as first:
        port = int(first.url.rpartition(":")[2])
    server = await ModelServer([Model("m")]).start(port=port)

    assert server.url == f"http://127.0.0.1:{port}"
    await server.stop()


async def test_a_port_that_is_taken_is_said_to_be(mirror: ModelServer) -> None:
    port = int(mirror.url.rpartition(":")[2])

    with pytest.raises(FleetError, match=rf"cannot listen on port {port} of 127.0.0.1: .*in use"):
        await ModelServer([Model("m")]).start(port=port)


@pytest.mark.parametrize(("host", "port"), [("no such host", 0), ("127.0.0.1", 99_999)])
async def test_a_place_that_does_not_exist_is_named(host: str, port: int) -> None:
    with pytest.raises(FleetError, match=f"cannot listen on port {port} of {host}"):
        await ModelServer([Model("m")]).start(host=host, port=port)


async def test_a_server_listens_on_ipv6() -> None:
    server = await ModelServer([Model("m")]).start(host="::1")
    async with connected(server) as client:
        assert (await client.ask(GET)).status == 200

    assert server.url.startswith("http://[::1]:")
    await server.stop()


@pytest.fixture
async def unix_client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.AsyncHTTPTransport(uds=str(tmp_path / "fleet.sock"))
    async with httpx.AsyncClient(transport=transport) as client:
        yield client


async def test_a_server_listens_on_a_unix_socket(
    tmp_path: Path, unix_client: httpx.AsyncClient
) -> None:
    path = tmp_path / "fleet.sock"
    server = await ModelServer([Model("m")]).start(path=path)

    assert (await unix_client.get(f"{server.url}/health")).status_code == 200
    with pytest.raises(FleetError, match="cannot listen on the Unix socket"):
        await ModelServer([Model("other")]).start(path=path)
    await server.stop()
    assert not path.exists()


async def test_a_unix_socket_that_somebody_left_behind_is_replaced(
    tmp_path: Path, unix_client: httpx.AsyncClient
) -> None:
    path = tmp_path / "fleet.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    server = await ModelServer([Model("m")]).start(path=path)

    assert (await unix_client.get(f"{server.url}/health")).status_code == 200
    await server.stop()


async def test_a_file_that_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "precious.txt"
    path.write_text("precious")

    with pytest.raises(FleetError, match="cannot listen on the Unix socket"):
        await ModelServer([Model("m")]).start(path=path)
    assert path.read_text() == "precious"


@pytest.mark.parametrize("is_listening", [True, False])
async def test_a_server_takes_over_a_listener(is_listening: bool) -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    if is_listening:
        listener.listen()
    server = await ModelServer([Model("m")]).start(listener=listener)
    async with connected(server) as client:
        assert (await client.ask(GET)).status == 200
    await server.stop()

    assert listener.fileno() == -1


async def test_clients_that_had_connected_before_are_served() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    writer.write(b"GET /health HTTP/1.1\r\nHost: fleet\r\n\r\n")
    server = await ModelServer([Model("m")]).start(listener=listener)

    assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
    writer.close()
    await server.stop()


async def test_a_server_listens_at_one_place_only(tmp_path: Path) -> None:
    with pytest.raises(FleetError, match="give one of these"):
        await ModelServer([Model("m")]).start(port=1, path=tmp_path / "socket")


async def test_a_server_starts_once(mirror: ModelServer) -> None:
    with pytest.raises(FleetError, match="'model' is running already"):
        await mirror.start()


async def test_a_server_that_never_started_has_no_url() -> None:
    with pytest.raises(FleetError, match="'m' has not been started"):
        _ = ModelServer([Model("m")]).url


# Its faults.


async def test_a_fault_lasts_as_long_as_its_block(
    mirror: ModelServer, http_client: httpx.AsyncClient
) -> None:
    async def status() -> int:
        return (await http_client.get(f"{mirror.url}/health")).status_code

    with mirror.fault(Status(503)):
        during = await status()
        with mirror.fault(Status(429)):
            within = await status()

    assert (during, within, await status()) == (503, 429, 200)


async def test_a_refusal_that_is_over_before_the_start_was_never_there(
    http_client: httpx.AsyncClient,
) -> None:
    server = ModelServer([Model("m")])
    with server.fault(Refused()):
        pass
    async with server:
        assert (await http_client.get(f"{server.url}/health")).status_code == 200
