"""What a served fleet says of itself."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from exchanges import Told, written
from pytest_mlinfra.fleet import Hang, Model
from pytest_mlinfra.fleet.standalone.address import Address
from pytest_mlinfra.fleet.standalone.config import FleetConfig, FleetTable, Hosted
from pytest_mlinfra.fleet.standalone.reporters import JsonReporter, PersonReporter, UrlReporter
from pytest_mlinfra.fleet.standalone.running import RunningFleet

_SOCKET = Address(name="fleet", pid=42, config="fleet.toml", socket="/run/fleet.sock")
_PORT = Address(
    name="fleet", pid=42, config="fleet.toml", port=8999, token="t", authority="/run/fleet.pem"
)
_EXCHANGE = written(Told(0, 1, model="bert")).only


@pytest_asyncio.fixture
async def fleet() -> AsyncIterator[RunningFleet]:
    """Two models on a port of their own each, one of which is broken."""
    models = (
        Hosted(Model("bert"), port=0),
        Hosted(Model("resnet"), port=0, faults=(Hang(path="/predict"),)),
    )
    fleet = RunningFleet(FleetConfig(Path("fleet.toml"), FleetTable(), models))
    yield await fleet.start()
    await fleet.stop()


def test_a_person_reads_where_to_go_and_what_to_do(fleet: RunningFleet) -> None:
    lines: list[str] = []
    PersonReporter(lines.append).ready(fleet, _SOCKET, 0)

    assert lines == [
        f"bert    {fleet.url('bert')}",
        f"resnet  {fleet.url('resnet')}  hang",
        "\nShow, break and heal it with `mlinfra fleet`; stop it with Ctrl+C\n",
    ]


def test_a_person_reads_what_clients_need_besides(fleet: RunningFleet) -> None:
    lines: list[str] = []
    PersonReporter(lines.append).ready(fleet, _PORT, 0)

    assert lines[2:4] == [
        "\nClients trust it by SSL_CERT_FILE=/run/fleet.pem",
        "\nAdmin API at http://127.0.0.1:8999",
    ]


def test_a_person_reads_a_line_for_each_request(fleet: RunningFleet) -> None:
    loud: list[str] = []
    silent: list[str] = []
    for reporter in (PersonReporter(loud.append), PersonReporter(silent.append, quiet=True)):
        reporter.ready(fleet, _SOCKET, 0)
        reporter.request(_EXCHANGE)

    assert "bert    GET /health" in loud[-1]
    assert len(silent) == len(loud) - 1


def test_a_person_reads_how_it_ends(fleet: RunningFleet) -> None:
    lines: list[str] = []
    reporter = PersonReporter(lines.append)
    reporter.stopping(0, 5)
    reporter.stopping(2, 5)
    reporter.stopped(1, 0)
    reporter.stopped(12, 2)

    assert lines == [
        "Stopping when 2 in flight have ended, in 5 s at the latest; stop once more to cut them off",
        "Stopped after 1 request",
        "Stopped after 12 requests, 2 cut off",
    ]


def test_a_script_reads_names_and_urls(fleet: RunningFleet) -> None:
    lines: list[str] = []
    reporter = UrlReporter(lines.append)
    reporter.ready(fleet, _PORT, 0)
    reporter.stopping(1, 5)
    reporter.stopped(1, 0)

    assert lines == [f"{name}\t{fleet.url(name)}" for name in ("bert", "resnet")]


def test_a_program_reads_events(fleet: RunningFleet) -> None:
    lines: list[str] = []
    reporter = JsonReporter(lines.append)
    reporter.ready(fleet, _PORT, 0)
    reporter.request(_EXCHANGE)
    reporter.stopping(1, 5)
    reporter.stopped(1, 0)

    events = [json.loads(line) for line in lines]
    assert [event["event"] for event in events] == ["ready", "request", "stopping", "stopped"]
    assert events[0]["models"][0] == {"name": "bert", "url": fleet.url("bert")}
    assert (events[0]["admin"]["port"], events[0]["admin"]["token"]) == (8999, "t")


def test_a_program_may_want_no_requests(fleet: RunningFleet) -> None:
    lines: list[str] = []
    reporter = JsonReporter(lines.append, quiet=True)
    reporter.ready(fleet, _SOCKET, 0)
    reporter.request(_EXCHANGE)

    assert len(lines) == 1
