"""Health, metadata, versions and tokenizers: the routes that need no test file each."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from pytest_mlinfra.fleet import Canned, Model, ModelFleet, ModelServer
from pytest_mlinfra.fleet.models.tokens import token_id


@pytest.mark.parametrize("path", ["/health", "/healthz", "/livez", "/readyz", "/ping"])
async def test_health(model_server: ModelServer, http_client: httpx.AsyncClient, path: str) -> None:
    whole = await http_client.get(f"{model_server.url}{path}")
    head = await http_client.head(f"{model_server.url}{path}")

    assert (whole.status_code, whole.json()) == (200, {"status": "healthy", "model": "model"})
    assert (head.status_code, head.content) == (200, b"")


async def test_what_is_known_about_a_model(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> None:
    usual = await model_fleet.start("resnet")
    special = await model_fleet.start(Model("a/b", metadata={"accuracy": 0.5}))

    assert (await http_client.get(f"{usual.url}/models/resnet")).json() == {
        "model_id": "resnet",
        "version": "1.0",
        "accuracy": 0.95,
    }
    assert (await http_client.get(f"{special.url}/models/a/b")).json() == {
        "model_id": "a/b",
        "accuracy": 0.5,
    }
    assert len((await http_client.get(f"{usual.url}/models")).json()["models"]) == 1


@pytest.mark.parametrize("path", ["/version", "/api/version", "/v2", "/info"])
async def test_versions(
    model_server: ModelServer, http_client: httpx.AsyncClient, path: str
) -> None:
    answer = await http_client.get(f"{model_server.url}{path}")

    assert answer.json()["version"]


@pytest.mark.parametrize(
    "body", [{"prompt": "Hi, you"}, {"messages": [{"role": "user", "content": "Hi, you"}]}]
)
async def test_tokens(
    model_server: ModelServer, http_client: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    answer = await http_client.post(f"{model_server.url}/tokenize", json=body)

    assert answer.json() == {
        "count": 3,
        "max_model_len": 4096,
        "tokens": [token_id(token) for token in ("Hi", ",", " you")],
        "token_strs": ["Hi", ",", " you"],
    }


async def test_the_root_serves_texts_and_embeddings(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> None:
    server = await model_fleet.start(Model("both", Canned("Hello."), embedding_size=3))

    text = await http_client.post(server.url, json={"inputs": "Hi", "parameters": {}})
    vectors = await http_client.post(server.url, json={"inputs": ["Hi", "Ho"]})
    events = await http_client.post(server.url, json={"inputs": "Hi", "stream": True})

    assert text.json() == [{"generated_text": "Hello."}]
    assert [len(vector) for vector in vectors.json()] == [3, 3]
    assert events.text.count("data:") == 2


async def test_the_whole_text_with_the_prompt(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> None:
    server = await model_fleet.start(Model("m", Canned(" there.")))
    body = {"inputs": "Hello", "parameters": {"return_full_text": True, "details": True}}

    answer = (await http_client.post(f"{server.url}/generate", json=body)).json()

    assert answer["generated_text"] == "Hello there."
    assert answer["details"]["input_length"] == 1


async def test_a_model_answers_with_vectors_of_its_own(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> None:
    server = await model_fleet.start(Model("m", lambda text: [3.0 * len(text), 4.0 * len(text)]))

    as_they_are = await http_client.post(
        f"{server.url}/embed", json={"inputs": "ab", "normalize": False}
    )
    normalized = await http_client.post(f"{server.url}/embed", json={"inputs": "ab"})

    assert as_they_are.json() == [[6.0, 8.0]]
    assert normalized.json() == [[0.6, 0.8]]


async def test_an_answer_that_is_no_text_is_said_as_json(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> None:
    server = await model_fleet.start(Model("m", Canned({"label": "cat"})))

    answer = await http_client.post(f"{server.url}/generate", json={"inputs": "Hi"})

    assert answer.json() == {"generated_text": '{"label":"cat"}'}
