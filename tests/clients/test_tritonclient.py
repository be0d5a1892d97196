"""Triton's clients against a fake: tensors there and back, by bytes and by JSON."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio

from clients import client_library
from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import (
    Hang,
    Model,
    ModelFleet,
    ModelServer,
    Seeded,
    Serving,
    TensorSpec,
)

np = client_library("numpy")
ml_dtypes = client_library("ml_dtypes")
sync_http = client_library("tritonclient.http")
aio_http = client_library("tritonclient.http.aio")
utils = client_library("tritonclient.utils")

Connect = Callable[[ModelServer], Any]


def _sum_rows(inputs: dict[str, list[list[float]]]) -> dict[str, list[list[float]]]:
    return {"OUTPUT0": [[sum(row)] for row in inputs["INPUT0"]]}


DENSE = Model(
    "dense",
    _sum_rows,
    Serving(seconds=0.1, max_batch=4, max_wait=0.05),
    inputs=(TensorSpec("INPUT0", "FP32", (-1, 3)),),
    outputs=(TensorSpec("OUTPUT0", "FP32", (-1, 1)),),
)


def _input(name: str, array: Any, *, binary: bool = True, datatype: str | None = None) -> Any:
    kind = datatype or utils.np_to_triton_dtype(array.dtype)
    tensor = aio_http.InferInput(name, list(array.shape), kind)
    tensor.set_data_from_numpy(array, binary_data=binary)
    return tensor


@pytest_asyncio.fixture
async def connect(virtual_clock: VirtualClock) -> AsyncIterator[Connect]:
    """Gives a client of a server; it is closed when the test ends."""
    clients = []

    def connected(server: ModelServer, **options: Any) -> Any:
        address = server.url.removeprefix("http://")
        clients.append(aio_http.InferenceServerClient(address, **options))
        return clients[-1]

    yield connected
    for client in clients:
        await client.close()


@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("binary_out", [True, False])
async def test_tensors_travel_as_bytes_and_as_json(
    model_fleet: ModelFleet, connect: Connect, *, binary_in: bool, binary_out: bool
) -> None:
    client = connect(await model_fleet.start(DENSE))
    rows = np.arange(6, dtype=np.float32).reshape(2, 3)
    wanted = [aio_http.InferRequestedOutput("OUTPUT0", binary_data=binary_out)]

    result = await client.infer("dense", [_input("INPUT0", rows, binary=binary_in)], outputs=wanted)

    assert result.as_numpy("OUTPUT0").tolist() == [[3], [12]]
    assert result.as_numpy("OUTPUT0").dtype == np.float32


@pytest.mark.parametrize(
    "datatype",
    [
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64", "bfloat16"),
    ],
)
async def test_an_echo_returns_every_datatype_as_it_came(
    model_fleet: ModelFleet, connect: Connect, datatype: str
) -> None:
    client = connect(await model_fleet.start("echo"))
    dtype = ml_dtypes.bfloat16 if datatype == "bfloat16" else np.dtype(datatype)
    array = np.array([[0, 1, 1], [1, 0, 1]]).astype(dtype)

    result = await client.infer("echo", [_input("X", array)])

    assert result.as_numpy("X").dtype == dtype
    assert (result.as_numpy("X") == array).all()


@pytest.mark.parametrize("binary", [True, False])
async def test_strings_travel_too(
    model_fleet: ModelFleet, connect: Connect, *, binary: bool
) -> None:
    upper = Model("upper", lambda tensors: {"Y": [text.upper() for text in tensors["X"]]})
    client = connect(await model_fleet.start(upper))
    words = np.array(["one", "zwölf", ""], dtype=np.object_)

    result = await client.infer("upper", [_input("X", words, binary=binary)])

    assert [word.decode() for word in result.as_numpy("Y")] == ["ONE", "ZWÖLF", ""]


async def test_bytes_that_are_no_text_pass_unharmed(
    model_fleet: ModelFleet, connect: Connect
) -> None:
    client = connect(await model_fleet.start("echo"))
    images = np.array([b"\xff\xd8\x00", b"\x80"], dtype=np.object_)

    result = await client.infer("echo", [_input("X", images)])

    assert list(result.as_numpy("X")) == [b"\xff\xd8\x00", b"\x80"]


async def test_numpy_arrays_are_answers(model_fleet: ModelFleet, connect: Connect) -> None:
    double = Model("double", lambda tensors: np.array(tensors["X"]) * 2)
    client = connect(await model_fleet.start(double))

    result = await client.infer("double", [_input("X", np.arange(3))])

    assert result.as_numpy("OUTPUT0").tolist() == [0, 2, 4]


async def test_numpy_arrays_are_answers_of_other_protocols_too(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> None:
    server = await model_fleet.start(
        "m", predict=lambda _: {"mean": np.float32(0.5), "x": np.ones(2)}
    )
    vectors = await model_fleet.start("v", predict=lambda _: np.array([0.6, 0.8]))

    predicted = await http_client.post(f"{server.url}/predict", json=1)
    said = await http_client.post(f"{server.url}/generate", json={"inputs": "Hi"})
    embedded = await http_client.post(f"{vectors.url}/embed", json={"inputs": "Hi"})

    assert predicted.json()["prediction"] == {"mean": 0.5, "x": [1, 1]}
    assert said.json() == {"generated_text": '{"mean":0.5,"x":[1.0,1.0]}'}
    assert embedded.json() == [[0.6, 0.8]]


async def test_seeded_numbers_are_the_same_for_the_same_question(
    model_fleet: ModelFleet, connect: Connect
) -> None:
    probabilities = TensorSpec("probabilities", "FP32", (-1, 10), low=0, high=1)
    labels = TensorSpec("labels", "INT64", (-1,), low=0, high=9)
    server = await model_fleet.start(Model("resnet", Seeded(7), outputs=(probabilities, labels)))
    client = connect(server)
    image, other = np.zeros((2, 4), np.float32), np.ones((2, 4), np.float32)

    first, again, different = [
        await client.infer("resnet", [_input("X", each)]) for each in (image, image, other)
    ]

    assert first.as_numpy("probabilities").shape == (2, 10)
    assert (first.as_numpy("probabilities") == again.as_numpy("probabilities")).all()
    assert (first.as_numpy("probabilities") != different.as_numpy("probabilities")).any()
    assert set(first.as_numpy("labels")) <= set(range(10))


async def test_requests_are_batched(
    model_fleet: ModelFleet, connect: Connect, virtual_clock: VirtualClock
) -> None:
    server = await model_fleet.start(DENSE)
    client = connect(server)
    row = np.ones((1, 3), np.float32)

    with virtual_clock.elapsed() as elapsed:
        await asyncio.gather(*(client.infer("dense", [_input("INPUT0", row)]) for _ in range(6)))

    # Four fill a batch at once, two wait for more until their time is up.
    assert list(server.models["dense"].slots.batches) == [4, 2]
    assert elapsed.seconds == 0.15
    (stats,) = (await client.get_inference_statistics("dense"))["model_stats"]
    assert (stats["inference_count"], stats["execution_count"]) == (6, 2)
    assert stats["inference_stats"]["compute_infer"] == {"count": 6, "ns": 600_000_000}
    assert [(each["batch_size"], each["compute_infer"]["ns"]) for each in stats["batch_stats"]] == [
        (2, 100_000_000),
        (4, 100_000_000),
    ]


@pytest.mark.parametrize(
    ("name", "shape", "dtype", "complaint"),
    [
        ("INPUT0", (1, 4), "float32", "shape"),
        ("INPUT0", (3,), "float32", "shape"),
        ("INPUT0", (1, 3), "float64", "FP32"),
        ("INPUT1", (1, 3), "float32", "INPUT0"),
        ("INPUT0", (5, 3), "float32", "4 rows"),
    ],
)
async def test_a_tensor_that_does_not_fit_is_refused(
    model_fleet: ModelFleet,
    connect: Connect,
    *,
    name: str,
    shape: tuple[int, ...],
    dtype: str,
    complaint: str,
) -> None:
    client = connect(await model_fleet.start(DENSE))

    with pytest.raises(utils.InferenceServerException, match=complaint) as refused:
        await client.infer("dense", [_input(name, np.zeros(shape, dtype))])

    assert refused.value.status() == "400"


async def test_an_output_or_a_model_that_does_not_exist_is_refused(
    model_fleet: ModelFleet, connect: Connect
) -> None:
    client = connect(await model_fleet.start(DENSE))
    row = _input("INPUT0", np.zeros((1, 3), np.float32))
    absent = [aio_http.InferRequestedOutput("OUTPUT9")]

    with pytest.raises(utils.InferenceServerException, match="OUTPUT9"):
        await client.infer("dense", [row], outputs=absent)
    with pytest.raises(utils.InferenceServerException, match="sparse") as unknown:
        await client.infer("sparse", [row])
    with pytest.raises(utils.InferenceServerException, match="version"):
        await client.infer("dense", [row], model_version="2")

    assert unknown.value.status() == "404"


async def test_a_full_queue_is_refused(
    model_fleet: ModelFleet, connect: Connect, virtual_clock: VirtualClock
) -> None:
    serving = Serving(slots=1, queue=1, seconds=1)
    server = await model_fleet.start(Model("busy", serving=serving))
    client = connect(server)
    tensor = _input("X", np.zeros(1))

    outcomes = await asyncio.gather(
        *(client.infer("busy", [tensor]) for _ in range(3)), return_exceptions=True
    )

    assert [isinstance(each, utils.InferenceServerException) for each in outcomes] == [
        False,
        False,
        True,
    ]
    assert [(each.status, each.seconds) for each in server.journal] == [
        (200, 1),
        (200, 2),
        (503, 0),
    ]


async def test_what_a_client_asks_before_it_infers(
    model_fleet: ModelFleet, connect: Connect
) -> None:
    client = connect(await model_fleet.start(DENSE))

    assert await client.is_server_live()
    assert await client.is_server_ready()
    assert await client.is_model_ready("dense")
    assert await client.is_model_ready("dense", "1")
    assert not await client.is_model_ready("sparse")
    server = await client.get_server_metadata()
    assert server["name"] == "mlinfra"
    assert "binary_tensor_data" in server["extensions"]
    metadata = await client.get_model_metadata("dense")
    assert metadata["inputs"] == [{"name": "INPUT0", "datatype": "FP32", "shape": [-1, 3]}]
    configuration = await client.get_model_config("dense")
    assert configuration["max_batch_size"] == 4
    assert configuration["dynamic_batching"] == {"max_queue_delay_microseconds": 50_000}
    assert configuration["output"] == [{"name": "OUTPUT0", "data_type": "TYPE_FP32", "dims": [1]}]


async def test_a_model_is_unloaded_and_loaded_again(
    model_fleet: ModelFleet, connect: Connect, virtual_clock: VirtualClock
) -> None:
    server = await model_fleet.start(Model("cold", serving=Serving(load_seconds=3)))
    client = connect(server)
    tensor = _input("X", np.zeros(1))

    assert not await client.is_server_ready()
    assert not await client.is_model_ready("cold")
    await virtual_clock.advance(3)
    assert await client.is_model_ready("cold")

    await client.unload_model("cold")
    index = await client.get_model_repository_index()
    assert [(each["name"], each["state"]) for each in index] == [("cold", "UNAVAILABLE")]
    with pytest.raises(utils.InferenceServerException, match="unloaded"):
        await client.infer("cold", [tensor])

    with virtual_clock.elapsed() as elapsed:
        await client.load_model("cold")
    assert elapsed.seconds == 3
    assert (await client.infer("cold", [tensor])).as_numpy("X").tolist() == [0]


async def test_settings_are_remembered(model_fleet: ModelFleet, connect: Connect) -> None:
    client = connect(await model_fleet.start("echo"))

    changed = await client.update_trace_settings(settings={"trace_rate": "5"})
    assert changed["trace_rate"] == (await client.get_trace_settings())["trace_rate"] == "5"
    restored = await client.update_trace_settings(settings={"trace_rate": None})
    assert restored["trace_rate"] == "1000"
    assert (await client.get_trace_settings("echo"))["trace_level"] == ["OFF"]
    assert (await client.update_log_settings({"log_verbose_level": 1}))["log_verbose_level"] == 1
    with pytest.raises(utils.InferenceServerException, match="trace_colour"):
        await client.update_trace_settings(settings={"trace_colour": "red"})


async def test_there_is_no_shared_memory(model_fleet: ModelFleet, connect: Connect) -> None:
    client = connect(await model_fleet.start("echo"))

    assert await client.get_system_shared_memory_status() == []
    assert await client.get_cuda_shared_memory_status() == []
    await client.unregister_system_shared_memory()
    with pytest.raises(utils.InferenceServerException, match="shares no memory"):
        await client.register_system_shared_memory("region", "/region", 64)


async def test_classes_are_the_greatest_elements(model_fleet: ModelFleet, connect: Connect) -> None:
    client = connect(await model_fleet.start("echo"))
    wanted = [aio_http.InferRequestedOutput("X", class_count=2)]
    scores = np.array([[0.1, 0.7, 0.2]], np.float32)

    result = await client.infer("echo", [_input("X", scores)], outputs=wanted)

    labels = [label.decode().rpartition(":")[2] for label in result.as_numpy("X").flatten()]
    assert labels == ["1", "2"]


async def test_packed_requests_and_responses(model_fleet: ModelFleet, connect: Connect) -> None:
    server = await model_fleet.start("echo")
    client = connect(server)
    zeros = np.zeros(10_000, np.float32)

    for algorithm in ("gzip", "deflate"):
        result = await client.infer(
            "echo",
            [_input("X", zeros)],
            request_compression_algorithm=algorithm,
            response_compression_algorithm=algorithm,
        )
        assert (result.as_numpy("X") == zeros).all()
    assert all(len(each.request.body) < 1_000 for each in server.journal)


async def test_a_timeout_of_the_connection_is_exact(
    model_fleet: ModelFleet, connect: Any, virtual_clock: VirtualClock
) -> None:
    server = await model_fleet.start("silent", Hang())
    client = connect(server, conn_timeout=2.5)

    with virtual_clock.elapsed() as elapsed, pytest.raises(TimeoutError):
        await client.is_server_live()

    assert elapsed.seconds == 2.5


async def test_the_synchronous_client_works_in_its_thread(
    virtual_clock: VirtualClock, model_fleet: ModelFleet
) -> None:
    quick = Model("quick", _sum_rows, inputs=DENSE.inputs, outputs=DENSE.outputs)
    server = await model_fleet.start(quick)
    rows = np.arange(6, dtype=np.float32).reshape(2, 3)

    def ask() -> Any:
        client = sync_http.InferenceServerClient(server.url.removeprefix("http://"))
        try:
            assert client.is_model_ready("quick")
            pending = client.async_infer("quick", [_input("INPUT0", rows)])
            return pending.get_result().as_numpy("OUTPUT0")
        finally:
            client.close()

    assert (await asyncio.to_thread(ask)).tolist() == [[3], [12]]
