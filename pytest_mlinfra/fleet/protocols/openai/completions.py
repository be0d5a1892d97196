"""``POST /v1/completions``: text that goes on where a prompt ends."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Any

import msgspec

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Generation, Models
from pytest_mlinfra.fleet.protocols.body import converted, json_body
from pytest_mlinfra.fleet.protocols.openai.common import (
    Ids,
    Prompts,
    Stop,
    StreamOptions,
    find_model,
    limits_of,
    now,
    texts_of,
    usage_of,
)
from pytest_mlinfra.fleet.protocols.route import Route, model_in_body
from pytest_mlinfra.fleet.protocols.streams import event, event_stream

# OpenAI's own, and vLLM's.
_DEFAULT_MAX_TOKENS = 16


class CompletionRequest(msgspec.Struct, frozen=True):
    """The body of a request, as far as it matters here."""

    prompt: Prompts
    model: str = ""
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[int, msgspec.Meta(ge=1, le=128)] | None = None
    stop: Stop = None
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    echo: bool | None = None


def completion_routes(models: Models, ids: Ids) -> Iterable[Route]:
    """The one route."""

    async def complete(request: Request) -> Response:
        body = json_body(request)
        asked = converted(body, CompletionRequest)
        model = find_model(models, asked.model, request)
        prompts = [each for each in texts_of(asked.prompt) for _ in range(asked.n or 1)]
        longest = max(tokens for _, tokens in prompts)
        max_tokens = asked.max_tokens or _DEFAULT_MAX_TOKENS
        limits = limits_of(model, longest, max_tokens, asked.stop)
        generation = await model.generate([text for text, _ in prompts], body, limits)
        # What is asked several times over is counted once.
        prompt_tokens = sum(tokens for _, tokens in prompts) // (asked.n or 1)
        before = [text if asked.echo else "" for text, _ in prompts]
        head = {
            "id": ids.next("cmpl"),
            "object": "text_completion",
            "created": now(),
            "model": model.name,
        }
        usage = usage_of(prompt_tokens, generation)
        if asked.stream:
            options = asked.stream_options
            last = usage if options and options.include_usage else None
            return event_stream(_events(head, generation, before, last))
        await generation.finish()
        choices = [
            _choice(index, begin + text.part(), text.finish_reason)
            for index, (begin, text) in enumerate(zip(before, generation.texts, strict=True))
        ]
        return Response.of_json({**head, "choices": choices, "usage": usage})

    yield Route("POST", "/v1/completions", complete, model_in_body)


async def _events(
    head: dict[str, Any],
    generation: Generation,
    before: list[str],
    usage: dict[str, object] | None,
) -> AsyncIterator[bytes]:
    for index, text in enumerate(before):
        if text:
            yield event({**head, "choices": [_choice(index, text, None)]})
    async with contextlib.aclosing(generation.steps()) as steps:
        async for tokens in steps:
            for index, token in tokens:
                yield event({**head, "choices": [_choice(index, token.text, None)]})
    for index, said in enumerate(generation.texts):
        yield event({**head, "choices": [_choice(index, "", said.finish_reason)]})
    if usage is not None:
        yield event({**head, "choices": [], "usage": usage})
    yield event("[DONE]")


def _choice(index: int, text: str, finish_reason: str | None) -> dict[str, Any]:
    return {"index": index, "text": text, "logprobs": None, "finish_reason": finish_reason}
