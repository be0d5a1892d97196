"""Recorded conversations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from pytest_mlinfra.errors import ModelError
from pytest_mlinfra.fleet import Model, ModelFleet, Replay

LINES = """\
{"request": "What is 2 + 2?", "response": "4"}

{"request": {"temperature": 0, "messages": [{"role": "user", "content": "Hi"}]}, "response": "Hello."}
{"request": "Again", "response": "once"}
{"request": "Again", "response": "twice"}
"""


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    path = tmp_path / "conversation.ndjson"
    path.write_text(LINES)
    return path


async def test_a_request_draws_its_response(
    recorded: Path, model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> None:
    server = await model_fleet.start(Model("parrot", Replay(str(recorded))))

    async def ask(content: Any, **options: Any) -> str:
        body = {"messages": [{"role": "user", "content": content}], **options}
        answer = await http_client.post(f"{server.url}/v1/chat/completions", json=body)
        return str(answer.json()["choices"][0]["message"]["content"])

    assert await ask("What is 2 + 2?") == "4"
    assert await ask("Hi", temperature=0, seed=1) == "Hello."
    assert [await ask("Again") for _ in range(3)] == ["once", "twice", "twice"]


async def test_a_request_that_was_not_recorded_is_told_what_was(
    recorded: Path, model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> None:
    server = await model_fleet.start(Model("parrot", Replay(str(recorded))))

    answer = await http_client.post(f"{server.url}/predict", json="Who are you?")

    assert answer.status_code == 404
    assert answer.json()["error"] == (
        f'{recorded} has no record for the request "Who are you?"; it has records for '
        '"What is 2 + 2?", {"temperature":0,"messages":[{"role":"user","content":"Hi"}]}, '
        '"Again" and 1 more'
    )


async def test_a_list_in_a_json_file_will_do(
    tmp_path: Path, model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> None:
    path = tmp_path / "conversation.json"
    path.write_text('[{"request": [1, 2], "response": {"sum": 3}}]')
    server = await model_fleet.start(Model("adder", Replay(str(path))))

    answer = await http_client.post(f"{server.url}/predict", json=[1, 2])

    assert answer.json() == {"model": "adder", "prediction": {"sum": 3}}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "holds no record"),
        ('{"request": 1}\n', "line 1: .*missing required field `response`"),
        ('{"request": 1, "response": 2}\nnonsense\n', "line 2: JSON is malformed"),
        ('[{"request": 1, "response": 2, "colour": 3}]', "unknown field `colour`"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "conversation.ndjson"
    path.write_text(content)

    with pytest.raises(ModelError, match=complaint):
        Replay(str(path))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere.json cannot be read: No such file"):
        Replay(str(tmp_path / "nowhere.json"))
