"""Ollama's client against a fake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from clients import HELLO, client_library
from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import Calls, Canned, Model, ModelFleet, ModelServer, Serving, ToolCall

ollama = client_library("ollama")


@pytest_asyncio.fixture
async def client(llama: ModelServer) -> AsyncIterator[Any]:
    async with ollama.AsyncClient(host=llama.url) as client:
        yield client


async def test_a_chat_with_its_durations(client: Any, virtual_clock: VirtualClock) -> None:
    with virtual_clock.elapsed() as elapsed:
        answer = await client.chat(model="llama", messages=HELLO)

    assert elapsed.seconds == 0.4
    assert answer.message.content == "Hello there, friend."
    assert (answer.done, answer.done_reason) == (True, "stop")
    assert answer.prompt_eval_count == 1
    assert answer.eval_count == 5
    assert answer.prompt_eval_duration == 200_000_000
    assert answer.eval_duration == 200_000_000
    assert answer.total_duration == 400_000_000


async def test_a_stream_brings_a_line_for_each_token(
    client: Any, virtual_clock: VirtualClock
) -> None:
    start = virtual_clock.now
    seen = [
        (part.response, part.done, round(virtual_clock.now - start, 9))
        async for part in await client.generate(model="llama", prompt="Hi", stream=True)
    ]

    assert seen == [
        ("Hello", False, 0.2),
        (" there", False, 0.25),
        (",", False, 0.3),
        (" friend", False, 0.35),
        (".", False, 0.4),
        ("", True, 0.4),
    ]


async def test_options_end_a_text(client: Any) -> None:
    short = await client.generate(model="llama", prompt="Hi", options={"num_predict": 2})
    stopped = await client.generate(model="llama", prompt="Hi", options={"stop": [","]})

    assert (short.response, short.done_reason) == ("Hello there", "length")
    assert (stopped.response, stopped.done_reason) == ("Hello there", "stop")


async def test_a_format_is_met(client: Any) -> None:
    schema = {"type": "object", "properties": {"age": {"type": "integer", "minimum": 18}}}

    plain = await client.chat(model="llama", messages=HELLO, format="json")
    shaped = await client.chat(model="llama", messages=HELLO, format=schema)

    assert plain.message.content == '{"answer":"Hello there, friend."}'
    assert shaped.message.content.startswith('{"age":')


async def test_a_model_loads_on_the_first_request(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    serving = Serving(load_seconds=4, load_on="first request")
    server = await model_fleet.start(Model("lazy", Canned("Hi."), serving))
    async with ollama.AsyncClient(host=server.url) as client:
        assert (await client.ps()).models == []
        first = await client.generate(model="lazy", prompt="Hi")
        second = await client.generate(model="lazy", prompt="Hi")
        assert [each.name for each in (await client.ps()).models] == ["lazy"]
        unloaded = await client.generate(model="lazy", prompt="", keep_alive=0)
        assert (await client.ps()).models == []

    assert (first.load_duration, second.load_duration) == (4_000_000_000, 0)
    assert unloaded.done_reason == "unload"
    assert virtual_clock.now == 4


async def test_tools_are_called(model_fleet: ModelFleet) -> None:
    server = await model_fleet.start(Model("agent", Calls((ToolCall("weather", {"days": 2}),))))
    tool = {"type": "function", "function": {"name": "weather", "parameters": {}}}
    async with ollama.AsyncClient(host=server.url) as client:
        answer = await client.chat(model="agent", messages=HELLO, tools=[tool])
        streamed = [
            call.function.name
            async for part in await client.chat(
                model="agent", messages=HELLO, tools=[tool], stream=True
            )
            for call in part.message.tool_calls or ()
        ]

    (call,) = answer.message.tool_calls
    assert (call.function.name, call.function.arguments) == ("weather", {"days": 2})
    assert streamed == ["weather"]


async def test_embeddings(client: Any) -> None:
    many = await client.embed(model="llama", input=["one", "two"])
    one = await client.embeddings(model="llama", prompt="one")

    assert len(many.embeddings) == 2
    assert many.embeddings[0] == one.embedding
    assert many.prompt_eval_count == 2


async def test_the_library(client: Any) -> None:
    (listed,) = (await client.list()).models
    shown = await client.show("llama")

    assert listed.model == "llama"
    assert listed.size == 1_000_000
    assert shown.modelinfo["fake.context_length"] == 4096
    assert "tools" in shown.capabilities


async def test_the_latest_tag_may_be_left_out(model_fleet: ModelFleet) -> None:
    server = await model_fleet.start(Model("llama:latest", Canned("Hi.")))
    async with ollama.AsyncClient(host=server.url) as client:
        assert (await client.generate(model="llama", prompt="Hi")).response == "Hi."
    assert server.journal[-1].model == "llama:latest"


async def test_a_pull_shows_its_progress(client: Any, virtual_clock: VirtualClock) -> None:
    with virtual_clock.elapsed() as elapsed:
        progress = [part async for part in await client.pull("other", stream=True)]

    assert elapsed.seconds == 2
    completed = [part.completed for part in progress if part.completed]
    assert completed == [250_000, 500_000, 750_000, 1_000_000]
    assert progress[-1].status == "success"
    assert (await client.pull("other")).status == "success"


async def test_errors_are_the_client_s_own(client: Any, model_fleet: ModelFleet) -> None:
    busy = await model_fleet.start(Model("busy", serving=Serving(slots=1, queue=0)))
    with pytest.raises(ollama.ResponseError, match="nobody") as unknown:
        await client.chat(model="nobody", messages=HELLO)
    busy.models["busy"].slots.in_use = 1
    async with ollama.AsyncClient(host=busy.url) as other:
        with pytest.raises(ollama.ResponseError, match="queue") as overloaded:
            await other.generate(model="busy", prompt="Hi")

    assert (unknown.value.status_code, overloaded.value.status_code) == (404, 503)


async def test_the_synchronous_client_works_in_its_thread(
    virtual_clock: VirtualClock, model_fleet: ModelFleet
) -> None:
    server = await model_fleet.start(Model("quick", Canned("Hi there.")))

    def ask() -> list[str]:
        with ollama.Client(host=server.url) as client:
            parts = client.chat(model="quick", messages=HELLO, stream=True)
            return [part.message.content for part in parts]

    assert await asyncio.to_thread(ask) == ["Hi", " there", ".", ""]
