"""``POST /v1/responses``: OpenAI's newer way to the same answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.models.tokens import count_tokens
from pytest_mlinfra.fleet.protocols.body import converted, json_body
from pytest_mlinfra.fleet.protocols.openai.common import Ids, find_model, limits_of
from pytest_mlinfra.fleet.protocols.openai.messages import (
    ChatRequest,
    Message,
    ResponseFormat,
    Tool,
    ToolFunction,
)
from pytest_mlinfra.fleet.protocols.openai.response_object import ResponseObject
from pytest_mlinfra.fleet.protocols.openai.revise import revised
from pytest_mlinfra.fleet.protocols.route import Route, model_in_body
from pytest_mlinfra.fleet.protocols.streams import event_stream
from pytest_mlinfra.fleet.refusal import Refusal


class TextOptions(msgspec.Struct, frozen=True):
    """What the text has to be."""

    format: dict[str, Any] | None = None


class ResponsesRequest(msgspec.Struct, frozen=True):
    """The body of a request, as far as it matters here."""

    input: str | list[dict[str, Any]]
    model: str = ""
    instructions: str | None = None
    stream: bool | None = None
    max_output_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: str | dict[str, Any] | None = None
    text: TextOptions | None = None


def response_routes(models: Models, ids: Ids) -> Iterable[Route]:
    """The one route."""

    async def respond(request: Request) -> Response:
        body = json_body(request)
        asked = converted(body, ResponsesRequest)
        model = find_model(models, asked.model, request)
        chat = _as_chat(asked)
        tokens = chat.prompt_tokens + count_tokens(asked.instructions or "")
        limits = limits_of(model, tokens, asked.max_output_tokens, None)
        generation = await model.generate(
            [chat.prompt], body, limits, lambda reply: revised(reply, chat)
        )
        answer = ResponseObject(body, ids.next("resp"), model.name, tokens, generation)
        if asked.stream:
            return event_stream(answer.events())
        await generation.finish()
        return Response.of_json(answer.whole())

    yield Route("POST", "/v1/responses", respond, model_in_body)


def _as_chat(asked: ResponsesRequest) -> ChatRequest:
    """The same request in the words of the older endpoint."""
    items = asked.input
    if isinstance(items, str):
        items = [{"role": "user", "content": items}]
    messages = [converted(item, Message) for item in items if "role" in item]
    if not messages:
        raise Refusal("bad request", "input: at least one message is needed", where="input")
    return ChatRequest(
        messages=messages,
        tools=[_tool(tool) for tool in asked.tools or ()],
        tool_choice=asked.tool_choice,
        response_format=_format(asked),
    )


def _tool(tool: dict[str, Any]) -> Tool:
    kind = tool.get("type", "function")
    return Tool(kind, converted(tool, ToolFunction) if kind == "function" else None)


def _format(asked: ResponsesRequest) -> ResponseFormat | None:
    if asked.text is None or asked.text.format is None:
        return None
    wanted = dict(asked.text.format)
    return converted({"type": wanted.get("type"), "value": wanted.get("schema")}, ResponseFormat)
