"""Real sockets, with both ends on the same loop."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import ssl
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx

from benchmarks.clock_cases.case import Cases, raises
from pytest_mlinfra.fleet import Hang, Latency, ModelFleet, Status

NETWORK = Cases()
_LOCALHOST = "127.0.0.1"


@functools.cache
def tls_context() -> ssl.SSLContext:
    """A context that is quick to build, and built once."""
    return httpx.create_ssl_context(verify=False)


def _client(**options: object) -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=tls_context(), trust_env=False, **options)  # type: ignore[arg-type]


@NETWORK.taking(0.5)
async def fifty_requests_together() -> None:
    async with ModelFleet() as fleet, _client(timeout=60) as client:
        server = await fleet.start("model", Latency(0.5))
        await asyncio.gather(*(client.get(f"{server.url}/health") for _ in range(50)))


@NETWORK.taking(2.5)
async def five_requests_in_a_row() -> None:
    async with ModelFleet() as fleet, _client() as client:
        server = await fleet.start("model", Latency(0.5))
        for _ in range(5):
            await client.get(f"{server.url}/health")


@NETWORK.taking(0.9)
async def retries_with_backoff() -> None:
    async with ModelFleet() as fleet, _client() as client:
        server = await fleet.start("model", Status(503, first=2))
        for delay in (0.3, 0.6, 0):
            answer = await client.get(f"{server.url}/health")
            await asyncio.sleep(delay if answer.is_error else 0)
    assert answer.is_success


@NETWORK.taking(0.7)
async def httpx_connect_timeout() -> None:
    with _full_backlog() as url:
        async with _client(timeout=httpx.Timeout(9, connect=0.7)) as client:
            await raises(httpx.ConnectTimeout, client.get(url))


@NETWORK.taking(0.7)
async def httpx_read_timeout() -> None:
    async with ModelFleet() as fleet, _client(timeout=httpx.Timeout(9, read=0.7)) as client:
        server = await fleet.start("model", Hang())
        await raises(httpx.ReadTimeout, client.get(server.url))


@NETWORK.taking(0.7)
async def httpx_write_timeout() -> None:
    accepted: list[Any] = []

    class NeverReads(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            accepted.append(transport)
            transport.pause_reading()

    server = await asyncio.get_running_loop().create_server(NeverReads, _LOCALHOST, 0)
    async with server, _client(timeout=httpx.Timeout(9, write=0.7)) as client:
        await raises(httpx.WriteTimeout, client.post(_url_of(server), content=bytes(20_000_000)))
        accepted[0].abort()


@NETWORK.taking(0.7)
async def httpx_pool_timeout() -> None:
    timeout, limits = httpx.Timeout(9, pool=0.7), httpx.Limits(max_connections=1)
    async with ModelFleet() as fleet, _client(timeout=timeout, limits=limits) as client:
        server = await fleet.start("model", Hang())
        first = asyncio.create_task(client.get(server.url))
        await asyncio.sleep(0)
        await raises(httpx.PoolTimeout, client.get(server.url))
        first.cancel()


@NETWORK.taking(1.0)
async def server_sent_events() -> None:
    async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
        for number in range(5):
            await asyncio.sleep(0.2)
            writer.write(b"data: %d\n\n" % number)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(stream, _LOCALHOST, 0)
    async with server, _client(timeout=0.3) as client, client.stream("GET", _url_of(server)) as got:
        lines = [line async for line in got.aiter_lines() if line]
    assert lines == [f"data: {number}" for number in range(5)]


@NETWORK.taking(0.5)
async def asyncio_streams() -> None:
    async with _echoing_late() as port:
        reader, writer = await asyncio.open_connection(_LOCALHOST, port)
        writer.write(b"hello\n")
        assert await reader.readline() == b"hello\n"
        writer.close()


@NETWORK.taking(0.5)
async def a_unix_socket() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        await asyncio.sleep(0.5)
        writer.write(line)
        writer.close()

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "socket"
        async with await asyncio.start_unix_server(echo, path):
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(b"hello\n")
            assert await reader.read() == b"hello\n"
            writer.close()


@NETWORK.taking(0.5)
async def datagrams() -> None:
    loop = asyncio.get_running_loop()
    received = loop.create_future()

    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
            loop.call_later(0.5, self.transport.sendto, data, address)

    class Client(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, _address: tuple[str, int]) -> None:
            received.set_result(data)

    server, _ = await loop.create_datagram_endpoint(Server, local_addr=(_LOCALHOST, 0))
    address = server.get_extra_info("sockname")
    client, _ = await loop.create_datagram_endpoint(Client, remote_addr=address)
    client.sendto(b"hello")
    assert await received == b"hello"
    client.close()
    server.close()


@NETWORK.taking(2.0)
async def a_large_body_to_a_slow_reader() -> None:
    size = 20_000_000
    received = 0

    async def read_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal received
        for _ in range(20):
            received += len(await reader.readexactly(size // 20))
            await asyncio.sleep(0.1)
        writer.write(b"!")
        writer.close()

    server = await asyncio.start_server(read_slowly, _LOCALHOST, 0)
    async with server:
        reader, writer = await asyncio.open_connection(_LOCALHOST, _port_of(server))
        writer.write(bytes(size))
        await writer.drain()
        assert await reader.read() == b"!"
        writer.close()
    assert received == size


@contextlib.asynccontextmanager
async def _echoing_late() -> AsyncIterator[int]:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        await asyncio.sleep(0.5)
        writer.write(line)
        writer.close()

    server = await asyncio.start_server(echo, _LOCALHOST, 0)
    async with server:
        yield _port_of(server)


@contextlib.contextmanager
def _full_backlog() -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind((_LOCALHOST, 0))
        listener.listen(0)
        with contextlib.ExitStack() as stack:
            for _ in range(2):
                waiting = stack.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(listener.getsockname())
            yield f"http://{_LOCALHOST}:{listener.getsockname()[1]}"


def _port_of(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


def _url_of(server: asyncio.Server) -> str:
    return f"http://{_LOCALHOST}:{_port_of(server)}"
