"""``POST /v1/chat/completions``: the next message of a chat, whole or in a stream."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable
from typing import Any

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Generation, Models
from pytest_mlinfra.fleet.models.generation import Text, Token
from pytest_mlinfra.fleet.protocols.body import converted, json_body
from pytest_mlinfra.fleet.protocols.openai.common import (
    Ids,
    find_model,
    limits_of,
    now,
    usage_of,
)
from pytest_mlinfra.fleet.protocols.openai.logprobs import logprobs_of
from pytest_mlinfra.fleet.protocols.openai.messages import ChatRequest
from pytest_mlinfra.fleet.protocols.openai.revise import revised
from pytest_mlinfra.fleet.protocols.route import Route, model_in_body
from pytest_mlinfra.fleet.protocols.streams import event, event_stream


def chat_routes(models: Models, ids: Ids) -> Iterable[Route]:
    """The one route."""

    async def complete(request: Request) -> Response:
        body = json_body(request)
        chat = converted(body, ChatRequest)
        model = find_model(models, chat.model, request)
        limits = limits_of(
            model, chat.prompt_tokens, chat.max_completion_tokens or chat.max_tokens, chat.stop
        )
        prompts = [chat.prompt] * (chat.n or 1)
        generation = await model.generate(prompts, body, limits, lambda reply: revised(reply, chat))
        answer = _Answer(chat, generation, ids.next("chatcmpl"), model.name)
        if chat.stream:
            return event_stream(answer.events())
        await generation.finish()
        return Response.of_json(answer.whole())

    yield Route("POST", "/v1/chat/completions", complete, model_in_body)


class _Answer:
    """The answer to one request."""

    def __init__(self, chat: ChatRequest, generation: Generation, name: str, model: str) -> None:
        self._chat = chat
        self._generation = generation
        self._usage = usage_of(chat.prompt_tokens, generation)
        self._head = {"id": name, "created": now(), "model": model}

    def whole(self) -> dict[str, Any]:
        """All of it at once."""
        choices = [
            self._choice(index, "message", _message(text, index), text.finish_reason, text.tokens)
            for index, text in enumerate(self._generation.texts)
        ]
        return {
            **self._head,
            "object": "chat.completion",
            "choices": choices,
            "usage": self._usage,
        }

    async def events(self) -> AsyncIterator[bytes]:
        """The answer as server-sent events, one token or so at a time."""
        texts = self._generation.texts
        for index in range(len(texts)):
            yield self._chunk(index, {"role": "assistant", "content": ""})
        begun: set[tuple[int, int]] = set()
        async with contextlib.aclosing(self._generation.steps()) as steps:
            async for tokens in steps:
                for index, token in tokens:
                    if token.call is not None and (index, token.call) not in begun:
                        begun.add((index, token.call))
                        yield self._chunk(index, _beginning(texts[index], index, token.call))
                    yield self._chunk(index, _delta(token), tokens=[token])
        for index, text in enumerate(texts):
            yield self._chunk(index, {}, text.finish_reason)
        if self._wants_usage:
            yield event(self._around([], self._usage))
        yield event("[DONE]")

    @property
    def _wants_usage(self) -> bool:
        options = self._chat.stream_options
        return bool(options and options.include_usage)

    def _chunk(
        self,
        index: int,
        delta: dict[str, Any],
        finish_reason: str | None = None,
        tokens: Iterable[Token] = (),
    ) -> bytes:
        choice = self._choice(index, "delta", delta, finish_reason, list(tokens))
        return event(self._around([choice], None))

    def _around(self, choices: list[dict[str, Any]], usage: object) -> dict[str, Any]:
        chunk = {**self._head, "object": "chat.completion.chunk", "choices": choices}
        return {**chunk, "usage": usage} if self._wants_usage else chunk

    def _choice(
        self,
        index: int,
        key: str,
        content: dict[str, Any],
        finish_reason: str | None,
        tokens: list[Token],
    ) -> dict[str, Any]:
        logprobs = logprobs_of(tokens) if self._chat.logprobs and tokens else None
        return {
            "index": index,
            key: content,
            "logprobs": logprobs,
            "finish_reason": finish_reason,
        }


def _message(text: Text, index: int) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text.part() or None}
    if not text.calls:
        return {**message, "content": text.part()}
    calls = [
        {
            "id": _call_id(index, number),
            "type": "function",
            "function": {"name": name, "arguments": text.part(number)},
        }
        for number, name in enumerate(text.calls)
    ]
    return {**message, "tool_calls": calls}


def _beginning(text: Text, index: int, call: int) -> dict[str, Any]:
    """What opens a call of a tool in a stream: its name, and no arguments yet."""
    function = {"name": text.calls[call], "arguments": ""}
    begun = {"index": call, "id": _call_id(index, call), "type": "function"}
    return {"tool_calls": [{**begun, "function": function}]}


def _delta(token: Token) -> dict[str, Any]:
    if token.call is None:
        return {"content": token.text}
    return {"tool_calls": [{"index": token.call, "function": {"arguments": token.text}}]}


def _call_id(choice: int, call: int) -> str:
    return f"call_{choice}_{call}"
