"""What Prometheus' own parser makes of a fake's metrics."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from clients import client_library
from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import Journal, Latency, Model, ModelFleet, ModelServer, Serving

parser = client_library("prometheus_client.parser")


async def _families(server: ModelServer, client: httpx.AsyncClient) -> dict[str, Any]:
    response = await client.get(f"{server.url}/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {each.name: each for each in parser.text_string_to_metric_families(response.text)}


def _samples(family: Any) -> dict[str, float]:
    return {
        " ".join((each.name, *(f"{key}={each.labels[key]}" for key in sorted(each.labels)))): (
            each.value
        )
        for each in family.samples
    }


async def test_requests_and_their_durations(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    server = await model_fleet.start("echo", Latency(0.3, path="/predict"))
    for _ in range(3):
        await http_client.post(f"{server.url}/predict", json=1)
    await http_client.get(f"{server.url}/nowhere")

    families = await _families(server, http_client)

    assert _samples(families["mlinfra_requests"]) == {
        "mlinfra_requests_total method=GET model=echo outcome=served status=404": 1,
        "mlinfra_requests_total method=POST model=echo outcome=served status=200": 3,
    }
    durations = _samples(families["mlinfra_request_duration_seconds"])
    name = "mlinfra_request_duration_seconds"
    assert durations[f"{name}_bucket le=0.25 model=echo"] == 1
    assert durations[f"{name}_bucket le=0.5 model=echo"] == 4
    assert durations[f"{name}_bucket le=+Inf model=echo"] == 4
    assert durations[f"{name}_count model=echo"] == 4
    assert round(durations[f"{name}_sum model=echo"], 9) == 0.9
    assert families["mlinfra_request_duration_seconds"].type == "histogram"


async def test_slots_and_queues_while_they_are_in_use(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    serving = Serving(slots=2, queue=9, seconds=10)
    server = await model_fleet.start(Model("busy", serving=serving))
    asking = [
        asyncio.create_task(http_client.post(f"{server.url}/predict", json=1, timeout=60))
        for _ in range(5)
    ]
    await virtual_clock.advance(1)

    families = await _families(server, http_client)

    figures = {
        "mlinfra_requests_in_flight": 6,
        "mlinfra_slots": 2,
        "mlinfra_slots_in_use": 2,
        "mlinfra_queue_capacity": 9,
        "mlinfra_queue_length": 3,
        "mlinfra_model_ready": 1,
        "vllm:num_requests_running": 2,
        "vllm:num_requests_waiting": 3,
    }
    assert {name: families[name].samples[0].value for name in figures} == figures
    await asyncio.gather(*asking)


async def test_counters_never_fall_though_a_journal_forgets(
    http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    async with ModelServer([Model("echo")], journal=Journal(limit=10)) as server:
        await _families(server, http_client)
        for _ in range(50):
            await http_client.post(f"{server.url}/predict", json=1)

        families = await _families(server, http_client)

        assert server.journal.forgotten > 30
    counted = _samples(families["mlinfra_requests"])
    assert counted["mlinfra_requests_total method=POST model=echo outcome=served status=200"] == 50


async def test_names_are_escaped(model_fleet: ModelFleet, http_client: httpx.AsyncClient) -> None:
    name = 'a "quoted" back\\slash\nand a line'
    server = await model_fleet.start(name)

    families = await _families(server, http_client)

    assert families["mlinfra_model_ready"].samples[0].labels == {"model": name}
