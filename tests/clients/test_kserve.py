"""KServe's client against a fake: on demand, for it brings half a Kubernetes with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from clients import client_library
from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import Model, ModelFleet, ModelServer, Serving, TensorSpec

kserve = client_library("kserve", is_large=True)
np = client_library("numpy", is_large=True)


@pytest_asyncio.fixture
async def server(virtual_clock: VirtualClock, model_fleet: ModelFleet) -> ModelServer:
    outputs = (TensorSpec("OUTPUT0", "FP32", (-1, 2)),)
    return await model_fleet.start(Model("iris", serving=Serving(seconds=0.5), outputs=outputs))


@pytest_asyncio.fixture(params=["v1", "v2"])
async def client(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    config = kserve.RESTConfig(protocol=request.param)
    async with kserve.InferenceRESTClient(config) as client:
        yield client


async def test_health_and_readiness(client: Any, server: ModelServer) -> None:
    assert await client.is_server_live(server.url)
    assert await client.is_model_ready(server.url, "iris")


@pytest.mark.parametrize("client", ["v1"], indirect=True)
async def test_instances_get_predictions_and_explanations(
    client: Any, server: ModelServer, virtual_clock: VirtualClock
) -> None:
    with virtual_clock.elapsed() as elapsed:
        answer = await client.infer(server.url, {"instances": [[1, 2]]}, model_name="iris")
        explained = await client.explain(server.url, "iris", {"instances": [[1, 2]]})

    assert answer == {"predictions": [[1, 2]]}
    assert len(explained["explanations"][0]) == 2
    assert elapsed.seconds == 1


@pytest.mark.parametrize("client", ["v2"], indirect=True)
@pytest.mark.parametrize("binary", [True, False])
async def test_tensors_travel(client: Any, server: ModelServer, *, binary: bool) -> None:
    array = np.array([[1, 2], [3, 4]], np.float32)
    tensor = kserve.InferInput("INPUT0", [2, 2], "FP32")
    tensor.set_data_from_numpy(array, binary_data=binary)
    request = kserve.InferRequest("iris", [tensor])

    answer = await client.infer(server.url, request, model_name="iris")

    assert (answer.outputs[0].as_numpy() == array).all()
    assert answer.outputs[0].name == "OUTPUT0"


async def test_a_model_that_does_not_exist(client: Any, server: ModelServer) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="nobody"):
        await client.infer(server.url, {"instances": [1], "inputs": []}, model_name="nobody")


async def test_a_model_that_is_loading(client: Any, model_fleet: ModelFleet) -> None:
    server = await model_fleet.start(Model("cold", serving=Serving(load_seconds=9)))

    assert not await client.is_model_ready(server.url, "cold")
