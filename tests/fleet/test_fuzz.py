"""Whatever a client sends, the server answers or hangs up, and goes on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from malice import malice
from mirror import mirror_server
from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import ModelServer, SizeLimits
from raw_client import RawClient, connected

# MLINFRA_FUZZ_EXAMPLES=10000 takes a few minutes.
EXAMPLES = int(os.environ.get("MLINFRA_FUZZ_EXAMPLES", "200"))
Manners = Literal["waits", "half-closes", "leaves", "resets"]


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="MLINFRA_FUZZ_EXAMPLES" not in os.environ,
)
@given(
    parts=malice(),
    pause=st.sampled_from([0.0, 0.1]),
    manners=st.sampled_from(["waits", "half-closes", "leaves", "resets"]),
)
async def test_no_bytes_are_the_end_of_a_server(
    virtual_clock: VirtualClock,
    caplog: pytest.LogCaptureFixture,
    parts: list[bytes],
    pause: float,
    manners: Manners,
) -> None:
    caplog.set_level(logging.CRITICAL)
    mistakes: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: mistakes.append(context))
    async with mirror_server(SizeLimits(body=10_000)) as server:
        await _attack(server, virtual_clock, parts, pause, manners)
        # Not even one that lingers lingers for longer.
        await virtual_clock.advance(10)
        assert server.open_connections == 0
        async with connected(server) as client:
            assert (await client.ask("GET /health HTTP/1.1\nHost: fleet")).status == 200
        assert all(exchange.ended is not None for exchange in server.journal)

    assert mistakes == []


async def _attack(
    server: ModelServer, clock: VirtualClock, parts: list[bytes], pause: float, manners: Manners
) -> None:
    async with asyncio.timeout(60), connected(server) as client:
        with contextlib.suppress(OSError):
            for part in parts:
                await client.send(part)
                await clock.advance(pause)
            if manners == "resets":
                client.writer.transport.abort()
            elif manners != "leaves":
                await _listen(client, manners)


async def _listen(client: RawClient, manners: Manners) -> None:
    if manners == "half-closes":
        client.writer.write_eof()
        received = await client.rest()
    else:
        # A request that is not complete may leave both sides waiting.
        try:
            async with asyncio.timeout(20):
                received = await client.reader.readexactly(1)
        except (TimeoutError, asyncio.IncompleteReadError):
            return
    assert b"HTTP/1.1 ".startswith(received[:9])
