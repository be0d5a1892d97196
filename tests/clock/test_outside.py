"""Which sockets lead out of a loop; on those time passes as it really does."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Iterator

import pytest

from pytest_mlinfra.clock import VirtualClock, real
from pytest_mlinfra.clock.outside import Outside


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture
def sockets() -> Iterator[list[socket.socket]]:
    opened: list[socket.socket] = []
    yield opened
    for each in opened:
        each.close()


def listener(sockets: list[socket.socket]) -> socket.socket:
    sock = socket.create_server(("127.0.0.1", 0))
    sockets.append(sock)
    return sock


def test_both_ends_of_a_connection_within_lead_nowhere(
    outside: Outside, sockets: list[socket.socket]
) -> None:
    server = listener(sockets)
    client = socket.create_connection(server.getsockname())
    accepted, _ = server.accept()
    sockets += [client, accepted]
    for each in (server, client, accepted):
        outside.begin(each.fileno())

    assert not outside.is_watched()


def test_the_connection_outlives_its_listener(
    outside: Outside, sockets: list[socket.socket]
) -> None:
    server = listener(sockets)
    outside.begin(server.fileno())
    client = socket.create_connection(server.getsockname())
    sockets.append(client)
    outside.end(server.fileno())
    outside.begin(client.fileno())

    assert not outside.is_watched()


def test_a_connection_to_a_server_that_is_not_watched_leads_out(
    outside: Outside, sockets: list[socket.socket]
) -> None:
    client = socket.create_connection(listener(sockets).getsockname())
    sockets.append(client)
    outside.begin(client.fileno())
    assert outside.is_watched()
    outside.end(client.fileno())

    assert not outside.is_watched()


def test_a_connection_that_is_being_made_on_this_machine_leads_nowhere(
    outside: Outside, sockets: list[socket.socket]
) -> None:
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(0)
    sockets.append(server)
    for _ in range(3):
        sock = socket.socket()
        sockets.append(sock)
        sock.setblocking(False)
        sock.connect_ex(server.getsockname())
    outside.begin(sockets[-1].fileno())

    assert not outside.is_watched()


@pytest.mark.parametrize("family", [socket.AF_UNIX, socket.AF_INET, socket.AF_INET6])
def test_a_socket_alone_leads_nowhere(
    outside: Outside, sockets: list[socket.socket], family: socket.AddressFamily
) -> None:
    sock = socket.socket(family)
    sockets.append(sock)
    outside.begin(sock.fileno())

    assert not outside.is_watched()


def test_pairs_and_pipes_lead_nowhere(outside: Outside, sockets: list[socket.socket]) -> None:
    sockets += socket.socketpair()
    read, write = os.pipe()
    try:
        for descriptor in (sockets[0].fileno(), sockets[1].fileno(), read, write):
            outside.begin(descriptor)
        assert not outside.is_watched()
    finally:
        os.close(read)
        os.close(write)


@pytest.mark.skipif(not hasattr(os, "eventfd"), reason="needs eventfd")
def test_files_that_others_feed_lead_out(outside: Outside) -> None:
    descriptor = os.eventfd(0)
    outside.begin(descriptor)
    os.close(descriptor)

    assert outside.is_watched()


async def test_an_answer_from_outside_is_waited_for(virtual_clock: VirtualClock) -> None:
    """The server is a thread that was started elsewhere, and takes a while."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                real.sleep(0.03)
                connection.sendall(b"late\n")

        thread = threading.Thread(target=serve, daemon=True)
        # As before any loop ran.
        thread.start()
        reader, writer = await asyncio.open_connection(*server.getsockname())
        async with asyncio.timeout(10):
            assert await reader.readline() == b"late\n"
        writer.close()
        await writer.wait_closed()
        thread.join()

    assert virtual_clock.now == 0


async def test_time_without_an_answer_is_as_long_as_it_really_is(
    virtual_clock: VirtualClock,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        _reader, writer = await asyncio.open_connection(*server.getsockname())
        started = real.monotonic()
        await asyncio.sleep(0.03)
        taken = real.monotonic() - started
        writer.close()

    assert virtual_clock.now == 0.03
    assert taken >= 0.03
