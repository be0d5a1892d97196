"""What OpenAI's own client does not send, or hides from its user."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from pytest_mlinfra.fleet import Canned, Model, ModelFleet, ModelServer

TOOL = {"type": "function", "function": {"name": "weather"}}


async def post(
    client: httpx.AsyncClient, server: ModelServer, path: str, **body: Any
) -> httpx.Response:
    return await client.post(f"{server.url}/v1/{path}", json=body)


async def test_events_are_to_the_letter(
    model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> None:
    server = await model_fleet.start(Model("m", Canned("Hi")))

    answer = await post(http_client, server, "completions", prompt="x", stream=True)

    lines = answer.text.split("\n\n")
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert lines[-2:] == ["data: [DONE]", ""]
    assert all(line.startswith('data: {"id":"cmpl-1"') for line in lines[:-2])


@pytest.mark.parametrize("name", ["tgi", "dummy", ""])
async def test_some_names_mean_whatever_there_is(
    model_server: ModelServer, http_client: httpx.AsyncClient, name: str
) -> None:
    answer = await post(http_client, model_server, "completions", model=name, prompt="Hi")

    assert answer.json()["model"] == "model"


@pytest.mark.parametrize(
    ("prompt", "texts", "tokens"),
    [
        ([5, 6, 7], ["5 6 7"], 3),
        ([[5, 6], [7]], ["5 6", "7"], 3),
        (["one", [5, 6]], ["one", "5 6"], 3),
    ],
)
async def test_prompts_may_be_the_ids_of_tokens(
    model_server: ModelServer,
    http_client: httpx.AsyncClient,
    prompt: Any,
    texts: list[str],
    tokens: int,
) -> None:
    answer = (await post(http_client, model_server, "completions", prompt=prompt)).json()

    assert [choice["text"] for choice in answer["choices"]] == texts
    assert answer["usage"]["prompt_tokens"] == tokens


async def test_pictures_have_no_text(
    model_server: ModelServer, http_client: httpx.AsyncClient
) -> None:
    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
    ]
    messages = [{"role": "user", "content": parts}]

    answer = (await post(http_client, model_server, "chat/completions", messages=messages)).json()

    assert answer["choices"][0]["message"]["content"] == "What is this?"


async def test_the_user_s_last_message_is_the_prompt(
    model_server: ModelServer, http_client: httpx.AsyncClient
) -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "One"},
        {"role": "assistant", "content": "Yes?"},
        {"role": "user", "content": "Two"},
        {"role": "assistant", "content": "So"},
    ]

    answer = (await post(http_client, model_server, "chat/completions", messages=messages)).json()

    assert answer["choices"][0]["message"]["content"] == "Two"
    assert answer["usage"]["prompt_tokens"] == 8


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"tool_choice": "required"}, "a tool has to be called, but none is offered"),
        (
            {"tool_choice": {"function": {"name": "time"}}, "tools": [TOOL]},
            "the tool 'time' has to be called, but it is not among those offered: weather",
        ),
        ({"tool_choice": {"function": {}}}, "the tool None has to be called"),
    ],
)
async def test_a_tool_that_is_not_offered_cannot_be_demanded(
    model_server: ModelServer,
    http_client: httpx.AsyncClient,
    options: dict[str, Any],
    complaint: str,
) -> None:
    messages = [{"role": "user", "content": "Hi"}]

    answer = await post(http_client, model_server, "chat/completions", messages=messages, **options)

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith(complaint)


@pytest.mark.parametrize(
    ("path", "body", "complaint"),
    [
        ("completions", {"prompt": []}, "at least one prompt is needed"),
        ("completions", {"prompt": ["one", 5]}, "5 is the id of a token among other prompts"),
        ("embeddings", {"input": []}, "at least one prompt is needed"),
        ("responses", {"input": []}, "input: at least one message is needed"),
        ("responses", {"input": [{"type": "function_call_output"}]}, "input: at least one"),
    ],
)
async def test_something_has_to_be_asked(
    model_server: ModelServer,
    http_client: httpx.AsyncClient,
    path: str,
    body: dict[str, Any],
    complaint: str,
) -> None:
    answer = await post(http_client, model_server, path, **body)

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith(complaint)
