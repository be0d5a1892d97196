"""A port that is hard to connect to."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet import FullBacklog, Model, ModelServer, Refused, SlowAccept
from raw_client import connected

GET = "GET /health HTTP/1.1\nHost: fleet"


async def can_connect(server: ModelServer) -> str:
    """What happens to a client that waits for two seconds."""
    try:
        async with asyncio.timeout(2), connected(server) as client:
            return f"answered {(await client.ask(GET)).status}"
    except ConnectionRefusedError:
        return "refused"
    except TimeoutError:
        return "heard nothing"


async def test_connections_are_refused_while_the_fault_lasts(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    async with connected(mirror) as old:
        with mirror.fault(Refused()):
            during = await can_connect(mirror)
            still_open = (await old.ask(GET)).status

    assert (during, still_open, await can_connect(mirror)) == ("refused", 200, "answered 200")


async def test_the_backlog_is_full_while_the_fault_lasts(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    async with connected(mirror) as old:
        with mirror.fault(FullBacklog()):
            during = await can_connect(mirror)
            still_open = (await old.ask(GET)).status

    assert (during, still_open, await can_connect(mirror)) == (
        "heard nothing",
        200,
        "answered 200",
    )
    assert virtual_clock.now == 2.0


async def test_what_fills_the_backlog_is_no_client(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    with mirror.fault(FullBacklog()):
        pass
    await virtual_clock.advance(1)

    assert mirror.open_connections == 0
    assert mirror.journal.connection_records == []


async def test_a_window_of_the_clock_opens_and_shuts(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    mirror.faults.extend([Refused(since=10, until=20), FullBacklog(since=20, until=30)])
    seen = []
    for _ in range(4):
        seen.append(await can_connect(mirror))
        await virtual_clock.advance(10 - virtual_clock.now % 10)

    assert seen == ["answered 200", "refused", "heard nothing", "answered 200"]


async def test_of_two_faults_the_outermost_counts(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    mirror.faults.replace(Refused(), FullBacklog())
    first = await can_connect(mirror)
    mirror.faults.reverse()
    second = await can_connect(mirror)
    mirror.faults.clear()

    assert (first, second, await can_connect(mirror)) == (
        "refused",
        "heard nothing",
        "answered 200",
    )


async def test_a_server_may_start_refusing_and_never_stop(virtual_clock: VirtualClock) -> None:
    async with ModelServer([Model("m")], [Refused()]) as server:
        assert await can_connect(server) == "refused"
    async with server:
        assert await can_connect(server) == "refused"


async def test_the_port_of_a_server_that_refuses_is_given_to_nobody_else(
    mirror: ModelServer,
) -> None:
    port = int(mirror.url.rpartition(":")[2])
    mirror.faults.append(Refused())
    with socket.socket() as thief, pytest.raises(OSError, match="in use"):
        thief.bind(("127.0.0.1", port))


async def test_slow_accepts_hold_up_what_is_first_read(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    mirror.faults.append(SlowAccept(1.5, first=1))
    async with connected(mirror) as client:
        connected_at = virtual_clock.now
        await client.ask(GET)
        answered_at = virtual_clock.now
        await client.ask(GET)

    assert (connected_at, answered_at, virtual_clock.now) == (0.0, 1.5, 1.5)


async def test_a_client_that_leaves_before_it_is_let_in_leaves_nothing(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    mirror.faults.append(SlowAccept(5))
    async with connected(mirror):
        await virtual_clock.advance(1)
    await virtual_clock.advance(9)

    assert mirror.open_connections == 0
    assert len(mirror.journal) == 0


async def test_a_server_that_stops_lets_nobody_in_later(virtual_clock: VirtualClock) -> None:
    server = await ModelServer([Model("m")], [SlowAccept(5)]).start()
    async with connected(server) as client:
        await virtual_clock.advance(1)
        await server.stop()

        assert await client.is_closed()


# Listeners that were handed in.


def bound_to_a_number() -> socket.socket:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
    listener = socket.socket()
    listener.bind(address)
    return listener


def bound_to_any() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener


@pytest.mark.parametrize("bind", [bound_to_a_number, bound_to_any])
async def test_a_foreign_listener_refuses_connections(bind: Callable[[], socket.socket]) -> None:
    server = await ModelServer([Model("m")], [Refused()]).start(listener=bind())

    assert await can_connect(server) == "refused"
    await server.stop()


async def test_a_foreign_listener_that_is_bound_to_a_number_comes_back() -> None:
    server = await ModelServer([Model("m")]).start(listener=bound_to_a_number())
    with server.fault(Refused()):
        pass

    assert await can_connect(server) == "answered 200"
    await server.stop()


async def test_a_foreign_listener_that_has_lost_its_port_says_so() -> None:
    server = await ModelServer([Model("m")], [Refused()]).start(listener=bound_to_any())

    with pytest.raises(FleetError, match="bind it to a port by number"):
        server.faults.clear()
    await server.stop()


async def test_a_unix_socket_refuses_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "fleet.sock"
    server = await ModelServer([Model("m")]).start(path=path)
    transport = httpx.AsyncHTTPTransport(uds=str(path))
    async with httpx.AsyncClient(transport=transport) as client:
        with server.fault(Refused()), pytest.raises(httpx.ConnectError):
            await client.get(f"{server.url}/health")
        assert (await client.get(f"{server.url}/health")).status_code == 200
    await server.stop()


async def test_the_backlog_of_a_unix_socket_is_never_full(tmp_path: Path) -> None:
    server = await ModelServer([Model("m")]).start(path=tmp_path / "fleet.sock")

    with pytest.raises(FleetError, match="backlog of a Unix socket"):
        server.faults.append(FullBacklog())
    await server.stop()


async def test_no_descriptors_left_is_no_reason_to_spin(
    mirror: ModelServer,
    virtual_clock: VirtualClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Exhausted(socket.socket):
        def accept(self) -> tuple[socket.socket, object]:
            raise OSError(errno.EMFILE, "Too many open files")

    listener = mirror._listener
    assert listener is not None
    real = listener.socket
    exhausted = Exhausted(fileno=real.fileno())
    monkeypatch.setattr(listener, "socket", exhausted)
    async with connected(mirror) as client:
        await virtual_clock.advance(2.5)
        exhausted.detach()
        monkeypatch.undo()
        assert (await client.ask(GET)).status == 200

    assert caplog.text.count("Too many open files") == 3
    assert virtual_clock.now == 3.0
