"""Clients without `async` that ask over TLS, in workers."""

from __future__ import annotations

import asyncio
import ssl

import httpx
import pytest

from pytest_mlinfra.clock import VirtualClock, blocking, patched_tls, patches
from pytest_mlinfra.fleet import Hang, Latency, Model, ModelServer, client_context


async def test_an_answer_takes_its_virtual_time(virtual_clock: VirtualClock) -> None:
    async with ModelServer([Model("m")], [Latency(3)], tls=True) as server:
        context = client_context()

        def ask() -> int:
            with httpx.Client(verify=context, trust_env=False) as client:
                return client.get(f"{server.url}/health").status_code

        assert await asyncio.gather(*(asyncio.to_thread(ask) for _ in range(3))) == [200] * 3

    assert virtual_clock.now == 3.0


async def test_so_does_a_time_out(virtual_clock: VirtualClock) -> None:
    async with ModelServer([Model("m")], [Hang()], tls=True) as server:
        context = client_context()

        def ask() -> None:
            with httpx.Client(verify=context, trust_env=False, timeout=5) as client:
                client.get(f"{server.url}/health")

        with pytest.raises(httpx.ReadTimeout):
            await asyncio.to_thread(ask)

    assert virtual_clock.now == 5.0


async def test_more_is_sent_than_the_socket_has_room_for(virtual_clock: VirtualClock) -> None:
    async with ModelServer([Model("m", len)], tls=True) as server:
        context = client_context()

        def ask() -> int:
            with httpx.Client(verify=context, trust_env=False) as client:
                answer = client.post(f"{server.url}/predict", json="x" * 5_000_000)
                return int(answer.json()["prediction"])

        assert await asyncio.to_thread(ask) == 5_000_000

    assert virtual_clock.now == 0


def test_the_originals_come_back() -> None:
    blocking.uninstall()
    patches.uninstall()
    patches.install()
    assert ssl.SSLSocket.read is not patched_tls._originals["read"]
    patches.uninstall()

    assert ssl.SSLSocket.read is patched_tls._originals["read"]
