"""What Triton's own clients never send: bodies that are not as they have to be."""

from __future__ import annotations

import json
import struct
from typing import Any

import httpx
import pytest

from pytest_mlinfra.fleet import Model, ModelFleet, ModelServer, TensorSpec


def binary(inputs: list[dict[str, Any]], data: bytes, **more: Any) -> tuple[dict[str, str], bytes]:
    """The headers and the body of a request with bytes behind its JSON."""
    head = json.dumps({"inputs": inputs, **more}).encode()
    return {"inference-header-content-length": str(len(head))}, head + data


def tensor(**changes: Any) -> dict[str, Any]:
    whole = {"name": "x", "shape": [2], "datatype": "INT16", "data": [1, 2]}
    return {key: value for key, value in (whole | changes).items() if value is not None}


def announced(size: int, **changes: Any) -> dict[str, Any]:
    return tensor(data=None, parameters={"binary_data_size": size}, **changes)


async def infer(client: httpx.AsyncClient, server: ModelServer, **request: Any) -> httpx.Response:
    return await client.post(f"{server.url}/v2/models/model/infer", **request)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (tensor(datatype="INT7"), "input 'x': the datatype 'INT7' is none of BOOL"),
        (tensor(shape=[3]), r"input 'x': the shape [3] needs 3 elements, not 2"),
        (tensor(shape=[-2]), r"input 'x': the shape [-2] has a negative dimension"),
        (tensor(data=None), "input 'x': it has neither 'data' nor 'binary_data_size'"),
        (tensor(data=[1, 70000]), "input 'x': 70000 does not fit into INT16"),
        (tensor(data=[1, "two"]), "input 'x': 'two' is no INT16"),
        (tensor(parameters={"shared_memory_region": "r"}), "input 'x': this server shares no"),
        (announced(4), "input 'x': 4 bytes were announced, 0 came"),
        (tensor(name=5), "inputs[0].name: expected `str`, got `int`"),
        (tensor(name=None), "inputs[0].name: it is required"),
    ],
)
async def test_a_tensor_that_cannot_be_is_named(
    model_server: ModelServer, http_client: httpx.AsyncClient, given: Any, complaint: str
) -> None:
    answer = await infer(http_client, model_server, json={"inputs": [given]})

    assert answer.status_code == 400
    assert complaint in answer.json()["error"]


@pytest.mark.parametrize(
    ("given", "data", "complaint"),
    [
        (announced(4), b"\1\0", "4 bytes were announced, 2 came"),
        (announced(2), b"\1\0", "the shape [2] of INT16 needs 4 bytes, not 2"),
        (announced(4), b"\1\0\2\0\3", "1 bytes belong to no input"),
        (announced(5, datatype="BYTES"), b"\2\0\0\0a", "its last string has 1 of 2 bytes"),
        (announced(3, datatype="BYTES"), b"\2\0\0", "the length of its last string is cut off"),
        (announced(5, datatype="BYTES"), b"\1\0\0\0a", "the shape [2] needs 2 strings, not 1"),
    ],
)
async def test_bytes_that_cannot_be_are_told_why(
    model_server: ModelServer,
    http_client: httpx.AsyncClient,
    given: Any,
    data: bytes,
    complaint: str,
) -> None:
    headers, body = binary([given], data)

    answer = await infer(http_client, model_server, content=body, headers=headers)

    assert answer.status_code == 400
    assert complaint in answer.json()["error"]


@pytest.mark.parametrize("length", ["ten", "-1", "9999", "1.5"])
async def test_the_length_of_the_json_has_to_be_one(
    model_server: ModelServer, http_client: httpx.AsyncClient, length: str
) -> None:
    headers = {"inference-header-content-length": length}

    answer = await infer(http_client, model_server, content=b"{}", headers=headers)

    assert answer.status_code == 400
    assert "must be the length of the JSON, up to 2" in answer.json()["error"]


@pytest.mark.parametrize(
    ("encoding", "complaint"), [("gzip", "the body is no gzip"), ("br", "none of gzip, deflate")]
)
async def test_a_packing_that_cannot_be_undone(
    model_server: ModelServer, http_client: httpx.AsyncClient, encoding: str, complaint: str
) -> None:
    headers = {"content-encoding": encoding}

    answer = await infer(http_client, model_server, content=b"plain", headers=headers)

    assert answer.status_code == 400
    assert complaint in answer.json()["error"]


async def test_bytes_and_json_may_be_mixed(
    model_server: ModelServer, http_client: httpx.AsyncClient
) -> None:
    headers, body = binary(
        [announced(4, name="a"), tensor(name="b"), announced(4, name="c")],
        struct.pack("<hhhh", 1, 2, 3, 4),
        outputs=[{"name": "c"}, {"name": "a", "parameters": {"binary_data": True}}],
        id="7",
    )

    answer = await infer(
        http_client, model_server, content=body, headers=headers | {"accept-encoding": "identity"}
    )

    length = int(answer.headers["inference-header-content-length"])
    described = json.loads(answer.content[:length])
    assert described == {
        "model_name": "model",
        "model_version": "1",
        "id": "7",
        "outputs": [
            {"name": "c", "datatype": "INT16", "shape": [2], "data": [3, 4]},
            {
                "name": "a",
                "datatype": "INT16",
                "shape": [2],
                "parameters": {"binary_data_size": 4},
            },
        ],
    }
    assert answer.content[length:] == struct.pack("<hh", 1, 2)


async def test_nested_data_is_as_good_as_flat(
    model_server: ModelServer, http_client: httpx.AsyncClient
) -> None:
    nested = tensor(shape=[2, 2], data=[[1, 2], [3, 4]])

    answer = await infer(http_client, model_server, json={"inputs": [nested]})

    assert answer.json()["outputs"][0]["data"] == [1, 2, 3, 4]


async def test_a_model_s_answer_is_held_to_what_it_says_it_gives(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> None:
    outputs = (TensorSpec("y", "FP32", (-1, 2)),)
    server = await model_fleet.start(Model("model", lambda _: [1.0, 2.0], outputs=outputs))

    answer = await infer(http_client, server, json={"inputs": [tensor()]})

    assert answer.status_code == 500
    assert "'y' has the shape [2], and the model's is [-1, 2]" in answer.json()["error"]


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (lambda _: {"y": [[1], [2, 3]]}, "the lists of 'y' differ in length"),
        (lambda _: {"y": [None]}, "no tensor holds NoneType"),
        (lambda _: {"x": [70000]}, "70000 does not fit into INT16"),
    ],
)
async def test_an_answer_that_makes_no_tensor_is_told_why(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient, answer: Any, complaint: str
) -> None:
    server = await model_fleet.start("model", predict=answer)

    refused = await infer(http_client, server, json={"inputs": [tensor()]})

    assert refused.status_code == 500
    assert complaint in refused.json()["error"]


async def test_inputs_need_names_of_their_own(
    model_server: ModelServer, http_client: httpx.AsyncClient
) -> None:
    twice = await infer(http_client, model_server, json={"inputs": [tensor(), tensor()]})
    none = await infer(http_client, model_server, json={"inputs": []})

    assert "two inputs have one name" in twice.json()["error"]
    assert "no input" in none.json()["error"]
