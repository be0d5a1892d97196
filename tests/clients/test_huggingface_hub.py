"""Hugging Face's client against a fake of TGI and TEI."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from clients import HELLO, client_library
from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import Canned, Model, ModelFleet, ModelServer, Serving

hub = client_library("huggingface_hub")
errors = client_library("huggingface_hub.errors")


@pytest_asyncio.fixture
async def client(llama: ModelServer) -> AsyncIterator[Any]:
    async with hub.AsyncInferenceClient(base_url=llama.url) as client:
        yield client


async def test_a_text(client: Any, virtual_clock: VirtualClock) -> None:
    with virtual_clock.elapsed() as elapsed:
        text = await client.text_generation("Hi")

    assert text == "Hello there, friend."
    assert elapsed.seconds == 0.4


async def test_a_text_with_its_details(client: Any) -> None:
    answer = await client.text_generation("Hi", details=True, max_new_tokens=2)
    stopped = await client.text_generation("Hi", details=True, stop=[","])

    assert answer.generated_text == "Hello there"
    assert answer.details.finish_reason == "length"
    assert [token.text for token in answer.details.tokens] == ["Hello", " there"]
    assert stopped.details.finish_reason == "stop_sequence"


async def test_a_stream_brings_each_token_at_its_time(
    client: Any, virtual_clock: VirtualClock
) -> None:
    start = virtual_clock.now
    stream = await client.text_generation("Hi", stream=True, details=True)
    seen = [(each.token.text, round(virtual_clock.now - start, 9), each) async for each in stream]

    assert [(text, time) for text, time, _ in seen] == [
        ("Hello", 0.2),
        (" there", 0.25),
        (",", 0.3),
        (" friend", 0.35),
        (".", 0.4),
    ]
    assert seen[-1][2].generated_text == "Hello there, friend."
    assert seen[-1][2].details.finish_reason == "eos_token"


async def test_a_chat_is_the_other_protocol_s(client: Any) -> None:
    answer = await client.chat_completion(HELLO)
    stream = await client.chat_completion(HELLO, stream=True)
    pieces = [chunk.choices[0].delta.content async for chunk in stream]

    assert answer.choices[0].message.content == "Hello there, friend."
    assert "".join(piece or "" for piece in pieces) == "Hello there, friend."


async def test_embeddings(client: Any) -> None:
    one = await client.feature_extraction("one")
    same = await client.feature_extraction("one")

    assert one.shape == (1, 8)
    assert (one == same).all()
    assert float((one**2).sum()) == pytest.approx(1)


async def test_an_overloaded_server_has_an_error_of_its_own(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    serving = Serving(slots=1, queue=0, time_to_first_token=1)
    server = await model_fleet.start(Model("busy", Canned("Yes."), serving))
    async with hub.AsyncInferenceClient(base_url=server.url) as client:
        answers = await asyncio.gather(
            *(client.text_generation("Hi") for _ in range(2)), return_exceptions=True
        )

    assert answers[0] == "Yes."
    assert isinstance(answers[1], errors.OverloadedError)
    assert server.journal[1].status == 429


async def test_a_bad_request_has_one_too(client: Any) -> None:
    with pytest.raises(errors.ValidationError, match="max_new_tokens"):
        await client.text_generation("Hi", max_new_tokens=0)


async def test_a_timeout_is_exact(llama: ModelServer, virtual_clock: VirtualClock) -> None:
    async with hub.AsyncInferenceClient(base_url=llama.url, timeout=0.15) as client:
        with virtual_clock.elapsed() as elapsed, pytest.raises(errors.InferenceTimeoutError):
            await client.text_generation("Hi")

    assert elapsed.seconds == 0.15


async def test_a_server_tells_about_itself(llama: ModelServer) -> None:
    async with hub.AsyncInferenceClient(llama.url, provider="hf-inference") as client:
        info = await client.get_endpoint_info()
        assert await client.health_check()

    assert info["model_id"] == "llama"
    assert info["max_total_tokens"] == 4096


async def test_the_synchronous_client_works_in_its_thread(
    virtual_clock: VirtualClock, model_fleet: ModelFleet
) -> None:
    server = await model_fleet.start(Model("quick", Canned("Hi there.")))

    def ask() -> tuple[str, list[str]]:
        with hub.InferenceClient(base_url=server.url) as client:
            whole = client.text_generation("Hi")
            return whole, list(client.text_generation("Hi", stream=True))

    assert await asyncio.to_thread(ask) == ("Hi there.", ["Hi", " there", "."])
