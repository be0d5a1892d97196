"""Every protocol has its own shape for what it refuses."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import Model, ModelFleet, ModelServer, Serving
from pytest_mlinfra.fleet.protocols.built_in import BUILT_IN


def shape_of(answer: httpx.Response) -> str:
    """Which protocol an error looks like."""
    error = answer.json()
    if isinstance(error["error"], dict):
        assert set(error["error"]) == {"message", "type", "param", "code"}
        return "openai"
    return "huggingface" if "error_type" in error else "plain"


@pytest.mark.parametrize(
    ("method", "path", "status", "shape"),
    [
        ("GET", "/nowhere", 404, "plain"),
        ("GET", "/v1/nowhere", 404, "openai"),
        ("GET", "/v2/nowhere", 404, "plain"),
        ("GET", "/api/nowhere", 404, "plain"),
        ("GET", "/generate/nowhere", 404, "huggingface"),
        ("GET", "/v1/chat/completions", 405, "openai"),
        ("DELETE", "/v1/models", 405, "openai"),
        ("GET", "/tokenize", 405, "openai"),
        ("GET", "/generate", 405, "huggingface"),
        ("GET", "/embed", 405, "huggingface"),
        ("DELETE", "/v2/health/live", 405, "plain"),
        ("GET", "/api/generate", 405, "plain"),
        ("GET", "/v1/models/nobody", 404, "openai"),
        ("GET", "/v2/models/nobody", 404, "plain"),
        ("GET", "/models/nobody", 404, "plain"),
        ("GET", "/deployments/nobody", 404, "plain"),
    ],
)
async def test_what_is_not_there(
    model_server: ModelServer,
    http_client: httpx.AsyncClient,
    *,
    method: str,
    path: str,
    status: int,
    shape: str,
) -> None:
    answer = await http_client.request(method, f"{model_server.url}{path}")

    assert (answer.status_code, shape_of(answer)) == (status, shape)


POSTS = [
    ("/predict", 400, "plain"),
    ("/v1/models/model:predict", 400, "plain"),
    ("/v1/models/model:explain", 400, "plain"),
    ("/v2/models/model/infer", 400, "plain"),
    ("/v2/trace/setting", 400, "plain"),
    ("/v1/chat/completions", 400, "openai"),
    ("/v1/completions", 400, "openai"),
    ("/v1/embeddings", 400, "openai"),
    ("/v1/responses", 400, "openai"),
    ("/tokenize", 400, "openai"),
    ("/api/generate", 400, "plain"),
    ("/api/chat", 400, "plain"),
    ("/api/embed", 400, "plain"),
    ("/api/show", 400, "plain"),
    ("/api/pull", 400, "plain"),
    ("/generate", 422, "huggingface"),
    ("/generate_stream", 422, "huggingface"),
    ("/embed", 422, "huggingface"),
    ("/", 422, "huggingface"),
    ("/deployments", 400, "plain"),
]


@pytest.mark.parametrize(("path", "status", "shape"), POSTS)
@pytest.mark.parametrize("body", [b"", b"{", b'{"messages": 5, "prompt": 5', b"\xff"])
async def test_bodies_that_are_no_json(
    model_server: ModelServer,
    http_client: httpx.AsyncClient,
    *,
    path: str,
    status: int,
    shape: str,
    body: bytes,
) -> None:
    answer = await http_client.post(f"{model_server.url}{path}", content=body)

    assert (answer.status_code, shape_of(answer)) == (status, shape)
    assert "not valid JSON" in answer.text


# A prediction may be of any JSON, and to change no setting is no mistake.
CHOOSY = [post for post in POSTS if post[0] not in ("/predict", "/v2/trace/setting")]


@pytest.mark.parametrize(("path", "status", "shape"), CHOOSY)
@pytest.mark.parametrize("body", [[], "text", 5, None, {}])
async def test_json_of_another_sort(
    model_server: ModelServer,
    http_client: httpx.AsyncClient,
    *,
    path: str,
    status: int,
    shape: str,
    body: Any,
) -> None:
    answer = await http_client.post(f"{model_server.url}{path}", json=body)

    assert (answer.status_code, shape_of(answer)) == (status, shape)


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("/v1/chat/completions", {"messages": [{"role": "poet"}]}, "messages[0].role"),
        ("/v1/chat/completions", {"messages": [{"content": "Hi"}]}, "messages[0].role"),
        ("/v1/chat/completions", {"messages": [{"role": "user"}], "n": 0}, "n"),
        ("/v1/completions", {"prompt": "x", "max_tokens": "many"}, "max_tokens"),
        ("/v1/embeddings", {"model": "model"}, "input"),
        ("/v1/responses", {"input": "x", "max_output_tokens": 0}, "max_output_tokens"),
    ],
)
async def test_a_bad_request_is_told_where_it_is_bad(
    model_server: ModelServer, http_client: httpx.AsyncClient, path: str, body: Any, where: str
) -> None:
    answer = await http_client.post(f"{model_server.url}{path}", json=body)

    error = answer.json()["error"]
    assert (answer.status_code, error["param"]) == (400, where)
    assert error["message"].startswith(f"{where}: ")


ASKED = [
    ("/predict", 1, 503, "plain"),
    ("/v1/models/busy:predict", {"instances": [1]}, 503, "plain"),
    (
        "/v2/models/busy/infer",
        {"inputs": [{"name": "x", "shape": [1], "datatype": "INT8", "data": [1]}]},
        503,
        "plain",
    ),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": "Hi"}]}, 429, "openai"),
    ("/v1/completions", {"prompt": "Hi"}, 429, "openai"),
    ("/v1/embeddings", {"input": "Hi"}, 429, "openai"),
    ("/v1/responses", {"input": "Hi"}, 429, "openai"),
    ("/api/generate", {"model": "busy", "prompt": "Hi"}, 503, "plain"),
    ("/api/embed", {"model": "busy", "input": "Hi"}, 503, "plain"),
    ("/generate", {"inputs": "Hi"}, 429, "huggingface"),
    ("/embed", {"inputs": "Hi"}, 429, "huggingface"),
]


@pytest.mark.parametrize(("path", "body", "status", "shape"), ASKED)
async def test_an_overloaded_model(
    model_fleet: ModelFleet,
    http_client: httpx.AsyncClient,
    virtual_clock: VirtualClock,
    *,
    path: str,
    body: Any,
    status: int,
    shape: str,
) -> None:
    serving = Serving(slots=1, queue=0, seconds=1, retry_after=1.5)
    server = await model_fleet.start(Model("busy", serving=serving))
    busy = asyncio.create_task(http_client.post(f"{server.url}/predict", json=1))
    await virtual_clock.advance(0.5)

    answer = await http_client.post(f"{server.url}{path}", json=body)

    assert (answer.status_code, shape_of(answer)) == (status, shape)
    assert answer.headers["retry-after"] == "1.5"
    assert (await busy).status_code == 200


@pytest.mark.parametrize(("path", "body", "_status", "shape"), ASKED)
async def test_a_model_whose_code_fails(
    model_fleet: ModelFleet,
    http_client: httpx.AsyncClient,
    *,
    path: str,
    body: Any,
    _status: int,
    shape: str,
) -> None:
    server = await model_fleet.start("busy", predict=lambda _: 1 / 0)

    answer = await http_client.post(f"{server.url}{path}", json=body)

    assert answer.status_code == (424 if shape == "huggingface" else 500)
    assert shape_of(answer) == shape
    assert "ZeroDivisionError: division by zero" in answer.text


def test_protocols_have_names_of_their_own() -> None:
    assert len({protocol.name for protocol in BUILT_IN}) == len(BUILT_IN)
