"""TLS, with certificates that are right and some that are wrong."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from unittest import mock

import httpx
import pytest

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet import (
    Latency,
    Model,
    ModelFleet,
    ModelServer,
    Reset,
    SlowAccept,
    authority_pem,
    client_context,
)
from pytest_mlinfra.fleet.tls import CertificateKind, _new_authority


@pytest.fixture
async def trusting_client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(verify=client_context(), timeout=1000) as client:
        yield client


async def test_a_client_that_trusts_the_authority_is_served(
    virtual_clock: VirtualClock, trusting_client: httpx.AsyncClient
) -> None:
    async with ModelServer([Model("m")], tls=True) as server:
        answers = [await trusting_client.get(f"{server.url}/health") for _ in range(2)]

    assert server.url.startswith("https://127.0.0.1:")
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [each.connection for each in server.journal] == [1, 1]
    assert virtual_clock.now == 0.0


@pytest.mark.parametrize(
    ("kind", "complaint"),
    [
        ("expired", "certificate has expired"),
        ("not yet valid", "certificate is not yet valid"),
        ("wrong host", "IP address mismatch"),
        ("unknown authority", "unable to get local issuer certificate"),
    ],
)
async def test_a_client_finds_a_wrong_certificate(
    virtual_clock: VirtualClock,
    trusting_client: httpx.AsyncClient,
    kind: CertificateKind,
    complaint: str,
) -> None:
    async with ModelServer([Model("m")], tls=kind) as server:
        with pytest.raises(httpx.ConnectError, match=complaint):
            await trusting_client.get(f"{server.url}/health")

    assert len(server.journal) == 0
    assert virtual_clock.now == 0.0


async def test_a_client_that_checks_nothing_is_served(http_client: httpx.AsyncClient) -> None:
    async with ModelServer([Model("m")], tls="expired") as server:
        assert (await http_client.get(f"{server.url}/health")).status_code == 200


async def test_the_authority_can_be_had_as_a_file(tmp_path: Path) -> None:
    path = tmp_path / "authority.pem"
    path.write_bytes(authority_pem())
    server, context = ModelServer([Model("m")], tls=True), ssl.create_default_context(cafile=path)
    async with server, httpx.AsyncClient(verify=context) as client:
        assert (await client.get(f"{server.url}/health")).status_code == 200


async def test_a_context_of_one_s_own_is_used(trusting_client: httpx.AsyncClient) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _new_authority().issue_cert("127.0.0.1").configure_cert(context)
    async with ModelServer([Model("m")], tls=context) as server:
        with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
            await trusting_client.get(f"{server.url}/health")


async def test_the_time_of_the_virtual_clock_is_no_time_of_a_handshake(
    virtual_clock: VirtualClock, trusting_client: httpx.AsyncClient
) -> None:
    async with ModelServer([Model("m")], [SlowAccept(3), Latency(500)], tls=True) as server:
        answers = await asyncio.gather(
            *(trusting_client.get(f"{server.url}/health") for _ in range(20))
        )

    assert [answer.status_code for answer in answers] == [200] * 20
    assert virtual_clock.now == 503.0


async def test_a_client_that_speaks_no_tls_is_shut_out(virtual_clock: VirtualClock) -> None:
    async with ModelServer([Model("m")], tls=True) as server:
        async with httpx.AsyncClient() as client:
            with pytest.raises(httpx.TransportError):
                await client.get(f"{server.url.replace('https', 'http')}/health")
        await virtual_clock.advance(1)
        assert server.open_connections == 0


async def test_a_client_that_never_shakes_hands_does_not_hold_up_the_stop(
    virtual_clock: VirtualClock,
) -> None:
    server = await ModelServer([Model("m")], tls=True).start()
    _, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]))
    await virtual_clock.advance(1)
    await server.stop()
    writer.close()

    assert virtual_clock.now == 1.0


async def test_faults_of_the_wire_befall_tls(
    virtual_clock: VirtualClock, trusting_client: httpx.AsyncClient
) -> None:
    async with ModelServer([Model("m")], [Reset(after_bytes=3)], tls=True) as server:
        with pytest.raises(httpx.ReadError):
            await trusting_client.get(f"{server.url}/health")


async def test_a_fleet_speaks_tls(
    model_fleet: ModelFleet, trusting_client: httpx.AsyncClient
) -> None:
    server = await model_fleet.start("m", tls=True)
    assert (await trusting_client.get(f"{server.url}/health")).status_code == 200


def test_an_unknown_certificate_is_met_with_the_known_ones() -> None:
    with pytest.raises(FleetError, match=r"no certificate is called 'rotten'; there is valid, exp"):
        ModelServer([Model("m")], tls="rotten")  # type: ignore[arg-type]


@pytest.fixture
def without_trustme() -> Iterator[None]:
    with mock.patch.dict(sys.modules, {"trustme": None}):
        yield


def test_what_makes_the_certificates_is_named_where_it_is_missing(without_trustme: None) -> None:
    with pytest.raises(FleetError, match=r"pip install 'pytest-mlinfra\[tls\]'"):
        _new_authority()
