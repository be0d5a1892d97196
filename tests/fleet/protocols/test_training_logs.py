"""The log of a training job, as lines and as events."""

from __future__ import annotations

import json

import httpx
import pytest

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import ModelServer


async def test_a_line_every_half_second(
    model_server: ModelServer, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    url = f"{model_server.url}/jobs/job-7/logs?epochs=3"
    async with http_client.stream("GET", url) as response:
        seen = [(virtual_clock.now, json.loads(line)) async for line in response.aiter_lines()]

    assert response.headers["content-type"] == "application/x-ndjson"
    assert [(time, entry["message"]) for time, entry in seen] == [
        (0.5, "[job-7] Epoch 1/3 - loss: 1.0000"),
        (1.0, "[job-7] Epoch 2/3 - loss: 0.5000"),
        (1.5, "[job-7] Epoch 3/3 - loss: 0.3333"),
    ]
    assert seen[1][1] | {"message": ""} == {
        "job": "job-7",
        "epoch": 2,
        "epochs": 3,
        "loss": 0.5,
        "message": "",
    }


async def test_events_can_be_taken_up_again(
    model_server: ModelServer, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    url = f"{model_server.url}/jobs/job-7/logs?epochs=3&format=sse"

    rest = await http_client.get(url, headers={"last-event-id": "1"})

    assert rest.headers["content-type"].startswith("text/event-stream")
    assert rest.text == (
        "id: 2\ndata: [job-7] Epoch 2/3 - loss: 0.5000\n\n"
        "id: 3\ndata: [job-7] Epoch 3/3 - loss: 0.3333\n\n"
    )
    assert virtual_clock.now == 1


async def test_no_epochs_are_no_lines_and_ten_are_usual(
    model_server: ModelServer, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    none = await http_client.get(f"{model_server.url}/jobs/1/logs?epochs=0")
    usual = await http_client.get(f"{model_server.url}/jobs/1/logs")

    assert (none.status_code, none.text) == (200, "")
    assert len(usual.text.splitlines()) == 10


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("epochs=-1", "epochs: a whole number from 0 on, not '-1'"),
        ("epochs=", "epochs: a whole number from 0 on, not ''"),
        ("format=xml", "format: ndjson or sse, not 'xml'"),
    ],
)
async def test_what_cannot_be_is_refused(
    model_server: ModelServer, http_client: httpx.AsyncClient, query: str, complaint: str
) -> None:
    answer = await http_client.get(f"{model_server.url}/jobs/1/logs?{query}")

    assert (answer.status_code, answer.json()) == (400, {"error": complaint})
