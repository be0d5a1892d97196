"""Answers on their way: each piece at its time, and no faster than the client reads."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import tracemalloc
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import Drip, ModelServer
from raw_client import connected

MEBIBYTE = 2**20
LARGE = 64 * MEBIBYTE


@contextlib.contextmanager
def less_memory_than(size: int) -> Iterator[None]:
    """Fails if the block takes `size` bytes more at any moment."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < size, f"{peak / MEBIBYTE:.1f} MiB at the same time"


async def test_each_piece_of_a_stream_is_sent_at_its_time(
    mirror: ModelServer, virtual_clock: VirtualClock, http_client: httpx.AsyncClient
) -> None:
    async with http_client.stream("GET", f"{mirror.url}/ticks/4") as response:
        seen = [(piece.decode(), virtual_clock.now) async for piece in response.aiter_bytes()]

    assert seen == [("0", 0.0), ("1", 1.0), ("2", 2.0), ("3", 3.0)]
    assert virtual_clock.now == 4.0


async def test_streams_run_beside_each_other(
    mirror: ModelServer, virtual_clock: VirtualClock, http_client: httpx.AsyncClient
) -> None:
    answers = await asyncio.gather(*(http_client.get(f"{mirror.url}/ticks/5") for _ in range(20)))

    assert [answer.text for answer in answers] == ["01234"] * 20
    assert virtual_clock.now == 5.0


@pytest.mark.parametrize("route", ["count", "file"])
async def test_a_large_upload_takes_little_memory(
    mirror: ModelServer, http_client: httpx.AsyncClient, route: str
) -> None:
    async def upload() -> AsyncIterator[bytes]:
        piece = bytes(256 * 1024)
        for _ in range(LARGE // len(piece)):
            yield piece

    with less_memory_than(8 * MEBIBYTE):
        answer = await http_client.post(f"{mirror.url}/{route}", content=upload())

    assert answer.json()["size"] == LARGE
    assert mirror.journal[0].bytes_in == LARGE


async def test_a_large_stream_takes_little_memory(
    mirror: ModelServer, http_client: httpx.AsyncClient
) -> None:
    size = 0
    with less_memory_than(8 * MEBIBYTE):
        async with http_client.stream("GET", f"{mirror.url}/pieces/{LARGE}") as response:
            async for piece in response.aiter_bytes():
                size += len(piece)

    assert size == LARGE


async def test_a_large_body_is_not_copied(mirror: ModelServer) -> None:
    with less_memory_than(LARGE + 8 * MEBIBYTE):
        async with connected(mirror) as client:
            await client.send(f"GET /bytes/{LARGE} HTTP/1.1\r\nHost: fleet\r\n\r\n".encode())
            await client.reader.readuntil(b"\r\n\r\n")
            left = LARGE
            while left:
                left -= len(await client.reader.read(MEBIBYTE))


async def test_a_client_that_reads_nothing_stops_the_stream(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    async with connected(mirror) as client:
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await client.send(f"GET /pieces/{LARGE} HTTP/1.1\r\nHost: fleet\r\n\r\n".encode())
        await virtual_clock.advance(60)

        (exchange,) = mirror.journal
        assert exchange.outcome == "in flight"
        assert 0 < exchange.bytes_out < LARGE // 4

        client.writer.transport.resume_reading()  # type: ignore[attr-defined]
        answer = await client.response()

    assert len(answer.body) == LARGE
    assert (exchange.outcome, exchange.seconds) == ("served", 60.0)


async def test_a_client_that_stopped_reading_may_leave(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    async with connected(mirror) as client:
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await client.send(f"GET /bytes/{LARGE} HTTP/1.1\r\nHost: fleet\r\n\r\n".encode())
        await virtual_clock.advance(1)
        client.writer.transport.abort()
    await virtual_clock.advance(1)

    assert mirror.journal[0].outcome == "cancelled"
    assert mirror.open_connections == 0


async def test_small_packets_are_sent_at_once(mirror: ModelServer) -> None:
    async with connected(mirror) as client:
        await client.ask("GET /health HTTP/1.1\nHost: fleet")
        (connection,) = mirror._reception.connections
        accepted = connection._transport.get_extra_info("socket")

        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


async def test_what_is_sent_is_counted_with_its_head(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    mirror.faults.append(Drip(1, 1))
    async with connected(mirror) as client:
        await client.send(b"GET /bytes/3 HTTP/1.1\r\nHost: fleet\r\n\r\n")
        head = await client.reader.readuntil(b"\r\n\r\n")
        await client.reader.readexactly(3)

    (exchange,) = mirror.journal
    assert exchange.bytes_out == len(head) + 3
    assert (exchange.first_byte, exchange.ended) == (0.0, 3.0)
