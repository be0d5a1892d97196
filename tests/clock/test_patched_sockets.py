"""A worker's blocking sockets wait as the loop's own do."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import pytest

from pytest_mlinfra.clock import VirtualClock, patches

_LATE = 0.5


@pytest.fixture
async def port(virtual_clock: VirtualClock) -> AsyncIterator[int]:
    """The port of a server that sends each line back, late."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            await asyncio.sleep(_LATE)
            writer.write(line)
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(echo, "127.0.0.1", 0, limit=2**26) as server:
        yield server.sockets[0].getsockname()[1]
        # Each connection ends when its last answer has been sent.
        await virtual_clock.advance(2 * _LATE)


async def test_receiving_waits_on_the_clock(port: int, virtual_clock: VirtualClock) -> None:
    def ask() -> tuple[bytes, float]:
        with socket.create_connection(("127.0.0.1", port)) as sock:
            sock.sendall(b"hello\n")
            return sock.recv(100), time.monotonic()

    assert await asyncio.to_thread(ask) == (b"hello\n", _LATE)


async def test_a_time_out_is_exact(port: int, virtual_clock: VirtualClock) -> None:
    def ask() -> float:
        with socket.create_connection(("127.0.0.1", port), timeout=0.25) as sock:
            sock.sendall(b"hello\n")
            with pytest.raises(TimeoutError, match="timed out"):
                sock.recv(100)
        return time.monotonic()

    assert await asyncio.to_thread(ask) == 0.25


async def test_files_of_sockets_wait_as_well(port: int, virtual_clock: VirtualClock) -> None:
    def ask() -> bytes:
        with (
            socket.create_connection(("127.0.0.1", port)) as sock,
            sock.makefile("rwb") as file,
        ):
            file.write(b"hello\n")
            file.flush()
            return file.readline()

    assert await asyncio.to_thread(ask) == b"hello\n"


async def test_sending_more_than_fits_waits_for_the_reader(virtual_clock: VirtualClock) -> None:
    size = 20_000_000
    received = []

    async def read_late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(_LATE)
        received.append(len(await reader.read(-1)))
        writer.close()

    def send(port: int) -> float:
        with socket.create_connection(("127.0.0.1", port)) as sock:
            sock.sendall(bytes(size))
        return time.monotonic()

    async with await asyncio.start_server(read_late, "127.0.0.1", 0) as server:
        assert await asyncio.to_thread(send, server.sockets[0].getsockname()[1]) == _LATE
        await virtual_clock.advance(0)

    assert received == [size]


async def test_a_server_in_a_worker_and_a_client_on_the_loop(virtual_clock: VirtualClock) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listener:
            connection, _ = listener.accept()
        with connection:
            data = connection.recv(100)
            time.sleep(_LATE)
            connection.sendall(data)

    server = asyncio.create_task(asyncio.to_thread(serve))
    await asyncio.sleep(3600)
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    writer.write(b"hello")

    assert await reader.read(100) == b"hello"
    assert virtual_clock.now == 3600 + _LATE
    writer.close()
    await writer.wait_closed()
    await server


async def test_two_workers_may_wait_for_one_socket(virtual_clock: VirtualClock) -> None:
    ours, theirs = socket.socketpair()
    receiving = [asyncio.create_task(asyncio.to_thread(ours.recv, 1)) for _ in range(2)]
    await asyncio.sleep(1)
    theirs.send(b"ab")

    assert sorted(await asyncio.gather(*receiving)) == [b"a", b"b"]
    ours.close()
    theirs.close()


async def test_a_connection_that_is_refused_says_so(virtual_clock: VirtualClock) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            await asyncio.to_thread(socket.create_connection, bound.getsockname())


async def test_connecting_times_out_exactly(virtual_clock: VirtualClock) -> None:
    def connect(address: tuple[str, int]) -> float:
        with socket.socket() as sock:
            sock.settimeout(0.75)
            with pytest.raises(TimeoutError):
                sock.connect(address)
        return time.monotonic()

    with socket.socket() as listener, socket.socket() as one, socket.socket() as two:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for each in (one, two):
            each.setblocking(False)
            each.connect_ex(listener.getsockname())

        assert await asyncio.to_thread(connect, listener.getsockname()) == 0.75


async def test_a_socket_that_never_blocks_is_left_alone(virtual_clock: VirtualClock) -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with pytest.raises(BlockingIOError):
        await asyncio.to_thread(ours.recv, 1)
    theirs.setblocking(True)
    with pytest.raises(BlockingIOError):
        await asyncio.to_thread(theirs.recv, 1, socket.MSG_DONTWAIT)
    ours.close()
    theirs.close()


async def test_a_closed_socket_says_so(virtual_clock: VirtualClock) -> None:
    sock = socket.socket()
    sock.close()

    with pytest.raises(OSError, match="Bad file descriptor"):
        await asyncio.to_thread(sock.recv, 1)


def test_the_originals_come_back() -> None:
    patches.install()
    assert "recv" in vars(socket.socket)
    patches.uninstall()

    assert "recv" not in vars(socket.socket)
    assert "accept" in vars(socket.socket)
