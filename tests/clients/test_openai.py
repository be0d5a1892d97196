"""OpenAI's client against a fake: every answer read by the real thing, every wait exact."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest
import pytest_asyncio

from clients import HELLO, client_library
from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import (
    Calls,
    Canned,
    Latency,
    Model,
    ModelFleet,
    ModelServer,
    Serving,
    Status,
    ToolCall,
)

openai = client_library("openai")
pydantic = client_library("pydantic")

WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
            "required": ["city"],
        },
    },
}


@pytest_asyncio.fixture
async def client(llama: ModelServer) -> AsyncIterator[Any]:
    async with openai.AsyncOpenAI(base_url=f"{llama.url}/v1", api_key="any") as client:
        yield client


async def test_a_chat_is_answered_when_all_its_tokens_are_said(
    client: Any, virtual_clock: VirtualClock
) -> None:
    with virtual_clock.elapsed() as elapsed:
        answer = await client.chat.completions.create(model="llama", messages=HELLO)

    assert elapsed.seconds == 0.4
    assert answer.choices[0].message.content == "Hello there, friend."
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.model_dump(exclude_none=True) == {
        "prompt_tokens": 1,
        "completion_tokens": 5,
        "total_tokens": 6,
    }


async def test_a_stream_brings_each_token_at_its_time(
    client: Any, virtual_clock: VirtualClock
) -> None:
    start = virtual_clock.now
    stream = await client.chat.completions.create(model="llama", messages=HELLO, stream=True)
    seen = [
        (chunk.choices[0].delta.content, round(virtual_clock.now - start, 9))
        async for chunk in stream
    ]

    assert seen == [
        ("", 0),
        ("Hello", 0.2),
        (" there", 0.25),
        (",", 0.3),
        (" friend", 0.35),
        (".", 0.4),
        (None, 0.4),
    ]


async def test_a_stream_tells_the_usage_to_those_who_want_it(client: Any) -> None:
    stream = await client.chat.completions.create(
        model="llama", messages=HELLO, stream=True, stream_options={"include_usage": True}
    )
    chunks = [chunk async for chunk in stream]

    assert chunks[-1].choices == []
    assert chunks[-1].usage.total_tokens == 6
    assert all(chunk.usage is None for chunk in chunks[:-1])


async def test_several_choices_are_said_side_by_side(
    client: Any, virtual_clock: VirtualClock
) -> None:
    with virtual_clock.elapsed() as elapsed:
        stream = await client.chat.completions.create(
            model="llama", messages=HELLO, n=2, stream=True, max_tokens=2
        )
        chunks = [chunk.choices[0] async for chunk in stream]

    assert elapsed.seconds == 0.25
    assert [(each.index, each.delta.content) for each in chunks if each.delta.content] == [
        (0, "Hello"),
        (1, "Hello"),
        (0, " there"),
        (1, " there"),
    ]
    assert [each.finish_reason for each in chunks[-2:]] == ["length", "length"]


@pytest.mark.parametrize(
    ("limits", "text", "reason"),
    [
        ({"max_tokens": 2}, "Hello there", "length"),
        ({"max_completion_tokens": 5}, "Hello there, friend.", "stop"),
        ({"stop": ","}, "Hello there", "stop"),
        ({"stop": ["friend", "there"]}, "Hello ", "stop"),
    ],
)
async def test_a_text_ends_where_the_request_says(
    client: Any, limits: dict[str, Any], text: str, reason: str
) -> None:
    answer = await client.chat.completions.create(model="llama", messages=HELLO, **limits)

    assert answer.choices[0].message.content == text
    assert answer.choices[0].finish_reason == reason


async def test_a_retry_waits_exactly_as_long_as_the_server_says(
    client: Any, llama: ModelServer, virtual_clock: VirtualClock
) -> None:
    llama.faults.append(Status(429, (("retry-after", "2"),), first=2))

    with virtual_clock.elapsed() as elapsed:
        await client.chat.completions.create(model="llama", messages=HELLO)

    assert elapsed.seconds == 4.4
    starts = [each.started for each in llama.journal]
    assert [after - before for before, after in pairwise(starts)] == [2, 2]


async def test_it_gives_up_after_its_retries(client: Any, llama: ModelServer) -> None:
    llama.faults.append(Status(429, (("retry-after", "1"),)))

    with pytest.raises(openai.RateLimitError):
        await client.with_options(max_retries=1).models.list()

    assert [each.status for each in llama.journal] == [429, 429]


async def test_a_timeout_ends_the_wait_exactly(client: Any, virtual_clock: VirtualClock) -> None:
    patient = client.with_options(timeout=0.15, max_retries=0)

    with virtual_clock.elapsed() as elapsed, pytest.raises(openai.APITimeoutError):
        await patient.chat.completions.create(model="llama", messages=HELLO)

    assert elapsed.seconds == 0.15


async def test_an_overloaded_model_is_a_rate_limit_with_its_delay(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    serving = Serving(slots=1, queue=1, retry_after=3, time_to_first_token=1)
    server = await model_fleet.start(Model("busy", Canned("Yes."), serving))
    async with openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key="any") as client:
        with virtual_clock.elapsed() as elapsed:
            await asyncio.gather(
                *(client.chat.completions.create(model="busy", messages=HELLO) for _ in range(3))
            )

    # The first at once, the second from the queue, the third after a refusal and its delay.
    assert [(each.status, each.seconds, each.seconds_queued) for each in server.journal] == [
        (200, 1, 0),
        (200, 2, 1),
        (429, 0, 0),
        (200, 1, 0),
    ]
    assert elapsed.seconds == 4


async def test_whoever_stops_reading_frees_the_slot(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    serving = Serving(slots=1, time_between_tokens=1)
    server = await model_fleet.start(Model("slow", Canned("one two three four five"), serving))
    async with openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key="any") as client:
        stream = await client.chat.completions.create(model="slow", messages=HELLO, stream=True)
        async for chunk in stream:
            if chunk.choices[0].delta.content == " two":
                break
        await stream.close()
        await virtual_clock.advance(0.1)

        assert server.models["slow"].slots.in_use == 0
    assert [each.outcome for each in server.journal] == ["cancelled"]


async def test_errors_have_the_classes_that_clients_expect(
    client: Any, model_fleet: ModelFleet
) -> None:
    with pytest.raises(openai.NotFoundError) as unknown:
        await client.chat.completions.create(model="nobody", messages=HELLO)
    with pytest.raises(openai.BadRequestError) as bad:
        await client.chat.completions.create(model="llama", messages=[])
    with pytest.raises(openai.BadRequestError) as long:
        await client.chat.completions.create(model="llama", messages=HELLO, max_tokens=9999)

    assert (unknown.value.code, unknown.value.param) == ("model_not_found", "model")
    assert bad.value.param == "messages"
    assert "4096" in long.value.message


async def test_a_model_with_a_key_lets_nobody_else_in(model_fleet: ModelFleet) -> None:
    server = await model_fleet.start(Model("secret", Canned("Psst."), api_key="open sesame"))
    async with openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key="wrong") as client:
        with pytest.raises(openai.AuthenticationError) as refused:
            await client.chat.completions.create(model="secret", messages=HELLO)
        allowed = client.with_options(api_key="open sesame")
        answer = await allowed.chat.completions.create(model="secret", messages=HELLO)

    assert refused.value.code == "invalid_api_key"
    assert answer.choices[0].message.content == "Psst."


async def test_a_loading_model_is_asked_again_until_it_is_there(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    server = await model_fleet.start(Model("cold", Canned("Brr."), Serving(load_seconds=1)))
    async with openai.AsyncOpenAI(
        base_url=f"{server.url}/v1", api_key="any", max_retries=5
    ) as client:
        answer = await client.chat.completions.create(model="cold", messages=HELLO)

    assert answer.choices[0].message.content == "Brr."
    assert {each.status for each in server.journal[:-1]} == {503}
    assert server.journal[-1].started >= 1


async def test_tools_are_called_and_their_results_heard(model_fleet: ModelFleet) -> None:
    calls = Calls((ToolCall("weather", {"city": "Bern"}), ToolCall("weather", {"city": "Biel"})))
    server = await model_fleet.start(Model("agent", calls))
    async with openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key="any") as client:
        asked = await client.chat.completions.create(model="agent", messages=HELLO, tools=[WEATHER])
        message = asked.choices[0].message
        results = [
            {"role": "tool", "tool_call_id": call.id, "content": "sun"}
            for call in message.tool_calls
        ]
        done = await client.chat.completions.create(
            model="agent",
            messages=[*HELLO, message.model_dump(exclude_none=True), *results],
            tools=[WEATHER],
        )

    assert asked.choices[0].finish_reason == "tool_calls"
    assert [json.loads(call.function.arguments) for call in message.tool_calls] == [
        {"city": "Bern"},
        {"city": "Biel"},
    ]
    assert done.choices[0].message.content == "Done."


async def test_the_arguments_of_a_call_are_streamed(model_fleet: ModelFleet) -> None:
    calls = Calls((ToolCall("weather", {"city": "Bern", "days": 2}),))
    server = await model_fleet.start(Model("agent", calls))
    async with (
        openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key="any") as client,
        client.chat.completions.stream(model="agent", messages=HELLO, tools=[WEATHER]) as stream,
    ):
        completion = await stream.get_final_completion()

    (call,) = completion.choices[0].message.tool_calls
    assert call.function.name == "weather"
    assert json.loads(call.function.arguments) == {"city": "Bern", "days": 2}


@pytest.mark.parametrize(
    "choice", ["required", {"type": "function", "function": {"name": "weather"}}]
)
async def test_a_tool_that_must_be_called_is_called_as_its_schema_says(
    client: Any, choice: object
) -> None:
    answer = await client.chat.completions.create(
        model="llama", messages=HELLO, tools=[WEATHER], tool_choice=choice
    )

    (call,) = answer.choices[0].message.tool_calls
    arguments = json.loads(call.function.arguments)
    assert call.function.name == "weather"
    assert isinstance(arguments["city"], str)
    assert arguments["days"] >= 1


async def test_a_schema_is_met(client: Any) -> None:
    confidence = (float, pydantic.Field(ge=0, le=1))
    verdict = pydantic.create_model("Verdict", confidence=confidence, tags=(list[str], ...))

    answer = await client.chat.completions.parse(
        model="llama", messages=HELLO, response_format=verdict
    )

    assert 0 <= answer.choices[0].message.parsed.confidence <= 1


async def test_a_text_becomes_an_object_where_json_is_demanded(client: Any) -> None:
    answer = await client.chat.completions.create(
        model="llama", messages=HELLO, response_format={"type": "json_object"}
    )

    assert json.loads(answer.choices[0].message.content) == {"answer": "Hello there, friend."}


async def test_log_probabilities_come_with_the_tokens(client: Any) -> None:
    answer = await client.chat.completions.create(model="llama", messages=HELLO, logprobs=True)

    content = answer.choices[0].logprobs.content
    assert "".join(each.token for each in content) == "Hello there, friend."
    assert all(-1 < each.logprob <= 0 for each in content)


async def test_completions_go_on_from_each_prompt(client: Any) -> None:
    answer = await client.completions.create(
        model="llama", prompt=["One", "Two three"], n=2, echo=True, max_tokens=1
    )

    assert [each.text for each in answer.choices] == [
        "OneHello",
        "OneHello",
        "Two threeHello",
        "Two threeHello",
    ]
    assert answer.usage.prompt_tokens == 3


async def test_a_completion_is_streamed(client: Any) -> None:
    stream = await client.completions.create(
        model="llama", prompt="One", stream=True, stream_options={"include_usage": True}
    )
    chunks = [chunk async for chunk in stream]

    text = "".join(chunk.choices[0].text for chunk in chunks if chunk.choices)
    assert text == "Hello there, friend."
    assert chunks[-1].usage.completion_tokens == 5


async def test_embeddings_are_the_same_as_numbers_and_as_bytes(client: Any) -> None:
    as_bytes = await client.embeddings.create(model="llama", input=["one", "two", "one"])
    as_numbers = await client.embeddings.create(
        model="llama", input=["one", "two", "one"], encoding_format="float"
    )

    vectors = [each.embedding for each in as_bytes.data]
    assert vectors == [pytest.approx(each.embedding) for each in as_numbers.data]
    assert vectors[0] == vectors[2] != vectors[1]
    assert as_bytes.usage.total_tokens == 3


async def test_embeddings_may_be_shorter_but_not_longer(client: Any) -> None:
    short = await client.embeddings.create(model="llama", input="one", dimensions=3)
    with pytest.raises(openai.BadRequestError, match="8"):
        await client.embeddings.create(model="llama", input="one", dimensions=9)

    assert len(short.data[0].embedding) == 3


async def test_the_models_are_listed(client: Any) -> None:
    assert [each.id async for each in client.models.list()] == ["llama"]
    assert (await client.models.retrieve("llama")).owned_by == "mlinfra"
    with pytest.raises(openai.NotFoundError):
        await client.models.retrieve("nobody")


async def test_the_synchronous_client_backs_off_exactly_in_its_thread(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    busy = Status(429, (("retry-after", "3"),), first=2)
    server = await model_fleet.start(Model("quick", Canned("Hi.")), busy)

    def ask() -> str:
        with openai.OpenAI(base_url=f"{server.url}/v1", api_key="any") as client:
            answer = client.chat.completions.create(model="quick", messages=HELLO)
            return str(answer.choices[0].message.content)

    with virtual_clock.elapsed() as elapsed:
        assert await asyncio.to_thread(ask) == "Hi."

    assert elapsed.seconds == 6
    assert [each.started for each in server.journal] == [0, 3, 6]


async def test_the_synchronous_client_reads_a_stream(model_fleet: ModelFleet) -> None:
    server = await model_fleet.start(Model("quick", Canned("Hi there.")))

    def ask() -> list[str | None]:
        with openai.OpenAI(base_url=f"{server.url}/v1", api_key="any") as client:
            stream = client.chat.completions.create(model="quick", messages=HELLO, stream=True)
            return [chunk.choices[0].delta.content for chunk in stream]

    assert await asyncio.to_thread(ask) == ["", "Hi", " there", ".", None]


async def test_a_slow_answer_delays_no_other(
    client: Any, llama: ModelServer, virtual_clock: VirtualClock
) -> None:
    llama.faults.append(Latency(5, path="/v1/models"))

    async def greet() -> float:
        await client.chat.completions.create(model="llama", messages=HELLO)
        return virtual_clock.now

    start = virtual_clock.now
    _, *ends = await asyncio.gather(client.models.list(), greet(), greet())

    assert [round(end - start, 9) for end in ends] == [0.4, 0.4]


async def test_a_response(client: Any, virtual_clock: VirtualClock) -> None:
    with virtual_clock.elapsed() as elapsed:
        response = await client.responses.create(
            model="llama", input="Hi", instructions="Be brief."
        )

    assert elapsed.seconds == 0.4
    assert response.status == "completed"
    assert response.output_text == "Hello there, friend."
    assert (response.usage.input_tokens, response.usage.output_tokens) == (4, 5)


async def test_a_response_that_is_cut_off(client: Any) -> None:
    response = await client.responses.create(model="llama", input="Hi", max_output_tokens=2)

    assert response.status == "incomplete"
    assert response.incomplete_details.reason == "max_output_tokens"
    assert response.output_text == "Hello there"


async def test_a_response_is_streamed_by_its_events(
    client: Any, virtual_clock: VirtualClock
) -> None:
    start = virtual_clock.now
    async with client.responses.stream(model="llama", input="Hi") as stream:
        seen = [
            (each.delta, round(virtual_clock.now - start, 9))
            async for each in stream
            if each.type == "response.output_text.delta"
        ]
        final = await stream.get_final_response()

    assert seen == [
        ("Hello", 0.2),
        (" there", 0.25),
        (",", 0.3),
        (" friend", 0.35),
        (".", 0.4),
    ]
    assert final.output_text == "Hello there, friend."


async def test_a_response_meets_a_schema(client: Any) -> None:
    verdict = pydantic.create_model("Verdict", label=(str, ...), count=(int, ...))

    response = await client.responses.parse(model="llama", input="Hi", text_format=verdict)

    assert isinstance(response.output_parsed.count, int)


async def test_a_response_calls_tools_and_hears_their_results(model_fleet: ModelFleet) -> None:
    calls = Calls((ToolCall("weather", {"city": "Bern"}), ToolCall("weather", {"city": "Biel"})))
    server = await model_fleet.start(Model("agent", calls))
    tool = {"name": "weather", "type": "function", "parameters": {}, "strict": False}
    conversation: list[Any] = [{"role": "user", "content": "Hi"}]
    async with openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key="any") as client:
        async with client.responses.stream(
            model="agent", input=conversation, tools=[tool]
        ) as stream:
            asked = await stream.get_final_response()
        conversation += [item.model_dump(exclude_none=True) for item in asked.output]
        conversation += [
            {"type": "function_call_output", "call_id": item.call_id, "output": "sun"}
            for item in asked.output
        ]
        done = await client.responses.create(model="agent", input=conversation, tools=[tool])

    assert [json.loads(item.arguments) for item in asked.output] == [
        {"city": "Bern"},
        {"city": "Biel"},
    ]
    assert done.output_text == "Done."
