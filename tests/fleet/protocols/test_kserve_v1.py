"""KServe's first protocol."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import Model, ModelFleet, ModelServer, Serving


@pytest.mark.parametrize("key", ["instances", "inputs"])
async def test_instances_are_worked_on_as_one_batch(
    model_fleet: ModelFleet,
    http_client: httpx.AsyncClient,
    virtual_clock: VirtualClock,
    key: str,
) -> None:
    serving = Serving(seconds=1, seconds_per_row=0.5)
    server = await model_fleet.start(Model("adder", sum, serving))

    answer = await http_client.post(
        f"{server.url}/v1/models/adder:predict", json={key: [[1, 2], [3, 4], []]}
    )

    assert answer.json() == {"predictions": [3, 7, 0]}
    assert virtual_clock.now == 2.5


async def test_explanations_weigh_each_feature(
    model_server: ModelServer, http_client: httpx.AsyncClient
) -> None:
    url = f"{model_server.url}/v1/models/model:explain"

    first, again = [
        (await http_client.post(url, json={"instances": [[1, 2, 3], {"a": 1}, 5]})).json()
        for _ in range(2)
    ]

    assert first == again
    assert first["predictions"] == [[1, 2, 3], {"a": 1}, 5]
    assert [len(each) for each in first["explanations"]] == [3, 1, 1]


@pytest.mark.parametrize("body", [{}, {"instances": 5}, [1], {"instance": [1]}])
async def test_instances_are_a_list(
    model_server: ModelServer, http_client: httpx.AsyncClient, body: Any
) -> None:
    answer = await http_client.post(f"{model_server.url}/v1/models/model:predict", json=body)

    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "the body must be an object with a list under 'instances'"},
    )


async def test_liveness_and_readiness(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    server = await model_fleet.start(Model("cold", serving=Serving(load_seconds=1)))
    path = f"{server.url}/v1/models/cold"

    assert (await http_client.get(server.url)).json() == {"status": "alive"}
    loading = await http_client.get(path)
    await virtual_clock.advance(1)
    ready = await http_client.get(path)

    assert (loading.status_code, loading.json()["ready"]) == (503, False)
    assert (ready.status_code, ready.json()["ready"]) == (200, True)


async def test_a_model_that_is_not_there(
    model_server: ModelServer, http_client: httpx.AsyncClient
) -> None:
    answer = await http_client.post(
        f"{model_server.url}/v1/models/nobody:predict", json={"instances": []}
    )

    assert (answer.status_code, answer.json()) == (
        404,
        {"error": "no model is named 'nobody'; there is model"},
    )
