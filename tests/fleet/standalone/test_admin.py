"""The admin API, asked by a plain HTTP client."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from pytest_mlinfra.fleet import Model
from pytest_mlinfra.fleet.standalone.admin_server import AdminServer
from pytest_mlinfra.fleet.standalone.config import AdminTable, FleetConfig, FleetTable, Hosted
from pytest_mlinfra.fleet.standalone.running import RunningFleet


@dataclass
class Running:
    """A running fleet of `bert` and `resnet`, and a client of its admin API."""

    fleet: RunningFleet
    admin: httpx.AsyncClient
    client: httpx.AsyncClient
    stop: asyncio.Event

    async def ask(self, model: str, path: str = "/health") -> int:
        """The status of a request to a model."""
        return (await self.client.get(f"{self.fleet.url(model)}{path}")).status_code


@pytest_asyncio.fixture
async def running(
    http_client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Running]:
    models = (Hosted(Model("bert")), Hosted(Model("resnet")), Hosted(Model("gpt"), port=0))
    fleet = RunningFleet(FleetConfig(Path("fleet.toml"), FleetTable(), models))
    stop = asyncio.Event()
    with tempfile.TemporaryDirectory(prefix="fleet-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        server = AdminServer(await fleet.start(), stop.set)
        address = await server.start()
        transport = httpx.AsyncHTTPTransport(uds=address.socket)
        async with httpx.AsyncClient(transport=transport, base_url="http://fleet") as admin:
            yield Running(fleet, admin, http_client, stop)
        await server.stop()
        await fleet.stop()


async def test_shows_the_fleet(running: Running) -> None:
    await running.ask("bert")

    about = (await running.admin.get("/")).json()

    assert (about["name"], about["requests"], about["in_flight"]) == ("fleet", 1, 0)
    assert about["models"][0] == {
        "name": "bert",
        "url": running.fleet.url("bert"),
        "requests": 1,
        "in_flight": 0,
        "faults": [],
    }


class TestFaults:
    async def test_are_added(self, running: Running) -> None:
        answer = await running.admin.post(
            "/models/bert/faults", json={"kind": "status", "code": 503, "first": 1}
        )

        assert answer.status_code == 201
        assert [fault["kind"] for fault in answer.json()] == ["status"]
        assert [await running.ask("bert") for _ in range(2)] == [503, 200]
        assert await running.ask("resnet") == 200

    async def test_are_replaced(self, running: Running) -> None:
        await running.admin.post("/models/bert/faults", json={"kind": "hang"})

        await running.admin.put("/models/bert/faults", json=[{"kind": "status", "code": 418}])

        assert await running.ask("bert") == 418

    async def test_keep_count_when_those_of_another_model_change(self, running: Running) -> None:
        fault = {"kind": "status", "first": 1}
        await running.admin.post("/models/bert/faults", json=fault)
        before = await running.ask("bert")

        await running.admin.post("/models/resnet/faults", json=fault)
        await running.admin.delete("/models/resnet/faults")

        assert (before, await running.ask("bert")) == (503, 200)

    @pytest.mark.parametrize(
        ("query", "left"),
        [
            ("", []),
            ("?kind=status", ["latency"]),
            ("?number=1", ["status", "status"]),
            ("?number=3", ["latency", "status"]),
        ],
    )
    async def test_are_removed(self, running: Running, query: str, left: list[str]) -> None:
        faults = [{"kind": "latency", "seconds": 0}, {"kind": "status"}, {"kind": "status"}]
        await running.admin.put("/models/bert/faults", json=faults)

        answer = await running.admin.delete(f"/models/bert/faults{query}")

        assert [fault["kind"] for fault in answer.json()] == left
        assert (await running.admin.get("/models/bert/faults")).json() == answer.json()

    async def test_of_all_models_are_removed(self, running: Running) -> None:
        for model in ("bert", "gpt"):
            await running.admin.post(f"/models/{model}/faults", json={"kind": "hang"})

        about = (await running.admin.delete("/faults")).json()

        assert [model["faults"] for model in about["models"]] == [[], [], []]
        assert await running.ask("bert") == 200

    async def test_of_a_port_befall_a_model_that_has_one(self, running: Running) -> None:
        await running.admin.post("/models/gpt/faults", json={"kind": "refused"})

        with pytest.raises(httpx.ConnectError):
            await running.ask("gpt")
        await running.admin.delete("/models/gpt/faults")
        assert await running.ask("gpt") == 200

    @pytest.mark.parametrize(
        ("method", "path", "body", "status", "complaint"),
        [
            ("POST", "/models/bert/faults", {"kind": "latenci"}, 400, "did you mean 'latency'?"),
            ("POST", "/models/bert/faults", {"kind": "latency"}, 400, "'seconds' is missing"),
            ("POST", "/models/bert/faults", {}, 400, "the key 'kind' is missing"),
            ("POST", "/models/bert/faults", [], 400, "a fault is an object such as"),
            ("POST", "/models/bert/faults", {"kind": "refused"}, 400, "befalls a whole port"),
            ("PUT", "/models/bert/faults", {"kind": "hang"}, 400, "has to be a list of faults"),
            ("PUT", "/models/bert/faults", [1], 400, "a fault is an object such as"),
            ("POST", "/models/gpt4/faults", {}, 404, "no model 'gpt4'; there is bert, resnet, gpt"),
            ("DELETE", "/models/bert/faults?kind=hang", None, 404, "bert has no fault hang"),
            ("DELETE", "/models/bert/faults?number=x", None, 400, "a whole number from 0 on"),
            ("PATCH", "/models/bert/faults", None, 405, "takes DELETE and GET and POST and PUT"),
            ("GET", "/nothing", None, 404, "no route /nothing"),
        ],
    )
    async def test_that_cannot_be_are_refused(  # noqa: PLR0917
        self, running: Running, method: str, path: str, body: object, status: int, complaint: str
    ) -> None:
        answer = await running.admin.request(method, path, json=body)

        assert answer.status_code == status
        assert complaint in answer.json()["error"]
        assert await running.ask("bert") == 200


class TestJournal:
    async def test_shows_the_last_requests_that_match(self, running: Running) -> None:
        for model, path in (("bert", "/health"), ("gpt", "/health"), ("bert", "/nothing")):
            await running.ask(model, path)

        async def numbers(query: str) -> list[int]:
            told = (await running.admin.get(f"/journal{query}")).json()
            return [each["number"] for each in told]

        assert await numbers("") == [1, 2, 3]
        assert await numbers("?last=2") == [2, 3]
        assert await numbers("?last=0") == []
        assert await numbers("?model=bert") == [1, 3]
        assert await numbers("?model=bert&path=/health&outcome=served") == [1]

    async def test_comes_in_three_forms(self, running: Running) -> None:
        await running.ask("bert")

        lines = (await running.admin.get("/journal?format=ndjson")).text
        text = (await running.admin.get("/journal?format=text")).text
        wrong = await running.admin.get("/journal?format=xml")

        assert json.loads(lines)["path"] == "/health"
        assert text.splitlines()[1].split()[3:] == ["bert", "GET", "/bert/health", "served", "200"]
        assert wrong.json() == {"error": "format: json or ndjson or text, not 'xml'"}

    async def test_is_followed(self, running: Running) -> None:
        await running.ask("bert")
        async with running.admin.stream("GET", "/journal?follow=yes&model=gpt") as answer:
            await running.ask("bert")
            await running.ask("gpt")
            line = await anext(answer.aiter_lines())

        assert json.loads(line)["number"] == 3

    async def test_is_cleared(self, running: Running) -> None:
        await running.ask("bert")

        answer = await running.admin.delete("/journal")

        assert answer.json() == {"requests": 0}
        await running.ask("gpt")
        assert (await running.admin.get("/journal")).json()[0]["number"] == 2


class TestTimeline:
    async def test_is_drawn_in_characters(self, running: Running) -> None:
        await running.ask("bert")

        wide = (await running.admin.get("/timeline")).text
        plain = (await running.admin.get("/timeline?ascii=yes&width=60")).text

        assert wide.startswith("bert GET /health")
        assert plain.isascii()
        assert max(map(len, plain.splitlines())) <= 60

    async def test_is_drawn_as_svg(self, running: Running) -> None:
        answer = await running.admin.get("/timeline?format=svg")

        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.text.startswith("<svg")


async def test_stops_the_fleet(running: Running) -> None:
    answer = await running.admin.post("/stop")

    assert answer.json() == {"stopping": True, "in_flight": 0}
    assert running.stop.is_set()


async def test_at_a_port_it_needs_a_token(
    http_client: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    table = FleetTable(admin=AdminTable(port=0))
    fleet = RunningFleet(FleetConfig(Path("fleet.toml"), table, (Hosted(Model("bert")),)))
    server = AdminServer(await fleet.start(), asyncio.Event().set)
    address = await server.start()

    url = f"http://127.0.0.1:{address.port}/"
    answers = [
        await http_client.get(url, headers=headers)
        for headers in (
            {},
            {"authorization": "Bearer wrong"},
            {"authorization": f"Bearer {address.token}"},
        )
    ]
    await server.stop()
    await fleet.stop()

    assert [answer.status_code for answer in answers] == [401, 401, 200]
    assert len(address.token) >= 32
