"""Faults of the bytes on their way, for bodies and streams, alone and together."""

from __future__ import annotations

import asyncio
import socket

import msgspec
import pytest

from faulty import GET, HEAD_SIZE, TICKS, received
from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import (
    BadChunk,
    CutStream,
    Drip,
    EmptyReply,
    Fault,
    GarbledGzip,
    HalfClose,
    InvalidJson,
    MalformedHead,
    ModelServer,
    Reset,
    TruncatedBody,
    WrongContentLength,
    fault_kinds,
)
from raw_client import connected


async def test_a_drip_may_begin_with_the_head(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    mirror.faults.append(Drip(1, 1, head=True))
    whole = await received(mirror)

    assert virtual_clock.now == len(whole)


@pytest.mark.parametrize(
    ("fault", "ending"),
    [(TruncatedBody(4), "closed"), (Reset(after_bytes=4), "reset"), (HalfClose(4), "closed")],
    ids=repr,
)
async def test_an_answer_ends_after_its_bytes(
    mirror: ModelServer, virtual_clock: VirtualClock, fault: Fault, ending: str
) -> None:
    mirror.faults.append(fault)
    loop, port = asyncio.get_running_loop(), int(mirror.url.rpartition(":")[2])
    whole, seen = b"", "open"
    # Streams of asyncio throw away what came before a reset.
    with socket.socket() as client:
        client.setblocking(False)
        await loop.sock_connect(client, ("127.0.0.1", port))
        await loop.sock_sendall(client, b"GET /bytes/10 HTTP/1.1\r\nHost: fleet\r\n\r\n")
        while seen == "open":
            try:
                piece = await loop.sock_recv(client, 1000)
            except ConnectionResetError:
                seen = "reset"
            else:
                whole += piece
                seen = seen if piece else "closed"

    assert (len(whole), seen) == (HEAD_SIZE + 4, ending)


@pytest.mark.parametrize("fault", [TruncatedBody(99), Reset(after_bytes=99), HalfClose(99)])
async def test_an_answer_that_is_shorter_is_complete_before_the_end_comes(
    mirror: ModelServer, fault: Fault
) -> None:
    mirror.faults.append(fault)
    async with connected(mirror) as client:
        answer = await client.ask(GET)

        assert len(answer.body) == 10
        assert await client.is_closed()


async def test_bytes_of_a_stream_are_counted_as_they_are_on_the_wire(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    mirror.faults.append(TruncatedBody(8))
    _, _, body = (await received(mirror, TICKS)).partition(b"\r\n\r\n")

    assert body == b"1\r\n0\r\n1\r"
    assert virtual_clock.now == 1.0


async def test_a_drip_outside_of_a_truncation_drips_what_is_left(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    mirror.faults.extend([Drip(1, 1), TruncatedBody(4)])
    await received(mirror)

    assert virtual_clock.now == 4.0
    assert mirror.journal[0].faults == ["drip", "truncated-body"]


async def test_a_half_closed_connection_lasts_until_the_client_leaves(
    mirror: ModelServer, virtual_clock: VirtualClock
) -> None:
    mirror.faults.append(HalfClose())
    async with connected(mirror) as client:
        await client.send(b"GET /bytes/10 HTTP/1.1\r\nHost: fleet\r\n\r\n")
        assert await client.rest() == b""
        await client.send(b"GET /bytes/10 HTTP/1.1\r\nHost: fleet\r\n\r\n" * 9)
        await virtual_clock.advance(60)
        during = mirror.open_connections
    await virtual_clock.advance(1)

    assert (during, mirror.open_connections, len(mirror.journal)) == (1, 0, 1)


@pytest.mark.parametrize(
    ("fault", "beginning", "end"),
    [
        (EmptyReply(), b"", b""),
        (MalformedHead("nonsense"), b"nonsense\r\n\r\n", b"nonsense\r\n\r\n"),
        (WrongContentLength(3), b"HTTP/1.1 200 OK\r\ncontent-length: 13\r\n", bytes(10)),
        (WrongContentLength(-99), b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n", bytes(10)),
        (BadChunk(), b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n", b"\r\nzz\r\n"),
        (GarbledGzip(), b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n", bytes(10)),
        (TruncatedBody(0), b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n", b"\r\n\r\n"),
    ],
    ids=repr,
)
async def test_what_a_body_becomes(
    mirror: ModelServer, fault: Fault, beginning: bytes, end: bytes
) -> None:
    mirror.faults.append(fault)
    whole = await received(mirror)

    assert whole.startswith(beginning)
    assert whole.endswith(end)


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        (WrongContentLength(3), b"1\r\n0\r\n1\r\n1\r\n1\r\n2\r\n0\r\n\r\n"),
        (BadChunk(), b"1\r\n0\r\nzz\r\n"),
        (CutStream(2), b"1\r\n0\r\n1\r\n1\r\n"),
        (CutStream(0), b""),
        (CutStream(9), b"1\r\n0\r\n1\r\n1\r\n1\r\n2\r\n0\r\n\r\n"),
        (InvalidJson("[1,"), b"[1,"),
    ],
    ids=repr,
)
async def test_what_a_stream_becomes(
    mirror: ModelServer, virtual_clock: VirtualClock, fault: Fault, body: bytes
) -> None:
    mirror.faults.append(fault)
    whole = await received(mirror, TICKS)

    assert whole.partition(b"\r\n\r\n")[2] == body


@pytest.mark.parametrize("kind", ["invalid-json", "cut-stream", "truncated-body", "bad-chunk"])
async def test_a_stream_that_is_spoilt_is_closed(
    mirror: ModelServer, virtual_clock: VirtualClock, kind: str
) -> None:
    mirror.faults.append(fault_kinds()[kind]())
    await received(mirror, "GET /ticks/99 HTTP/1.1\nHost: fleet")

    assert mirror.journal[0].outcome == "faulted"
    assert virtual_clock.now <= 1.0


@pytest.mark.parametrize("kind", sorted(set(fault_kinds()) - {"hang", "full-backlog", "refused"}))
async def test_no_fault_minds_a_request_for_the_head_alone(
    mirror: ModelServer, virtual_clock: VirtualClock, kind: str
) -> None:
    fields = msgspec.structs.fields(fault_kinds()[kind])
    needed = {field.name: 1 for field in fields if field.required}
    mirror.faults.append(fault_kinds()[kind](**needed))
    async with connected(mirror) as client:
        await client.send(b"HEAD /bytes/10 HTTP/1.1\r\nHost: f\r\nConnection: close\r\n\r\n")
        try:
            answer = await client.rest()
        except ConnectionResetError:
            answer = b""

    assert answer.count(b"\r\n\r\n") <= 1
