"""``/api/generate`` and ``/api/chat``: text, whole or line by line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models, ServedModel
from pytest_mlinfra.fleet.models.tokens import count_tokens, split_tokens, token_id
from pytest_mlinfra.fleet.protocols.body import converted, json_body
from pytest_mlinfra.fleet.protocols.ollama.answer import Answer, as_message, as_response
from pytest_mlinfra.fleet.protocols.ollama.common import find_model, named_in_body, timestamp
from pytest_mlinfra.fleet.protocols.ollama.requests import (
    Asked,
    ChatRequest,
    GenerateRequest,
    bounds_of,
)
from pytest_mlinfra.fleet.protocols.route import Route
from pytest_mlinfra.fleet.protocols.streams import line_stream


def generate_routes(models: Models) -> Iterable[Route]:
    """The two routes."""

    async def generate(request: Request) -> Response:
        body = json_body(request)
        asked = converted(body, GenerateRequest)
        model = find_model(models, asked.model)
        if not asked.prompt:
            return await _load_only(model, asked, {"response": ""})
        tokens = count_tokens(asked.system or "") + count_tokens(asked.prompt)
        made = await model.generate([asked.prompt], body, *bounds_of(asked, asked.prompt))
        context = [token_id(token) for token in split_tokens(asked.prompt)]
        answer = Answer(model.name, tokens, made, as_response, {"context": context})
        return await _sent(answer, asked)

    async def chat(request: Request) -> Response:
        body = json_body(request)
        asked = converted(body, ChatRequest)
        model = find_model(models, asked.model)
        if not asked.messages:
            return await _load_only(model, asked, as_message("", ()))
        from_user = [each.content for each in asked.messages if each.role == "user"]
        prompt = from_user[-1] if from_user else asked.messages[-1].content
        tokens = sum(count_tokens(message.content) for message in asked.messages)
        made = await model.generate([prompt], body, *bounds_of(asked, prompt))
        return await _sent(Answer(model.name, tokens, made, as_message, {}), asked)

    yield Route("POST", "/api/generate", generate, named_in_body(models))
    yield Route("POST", "/api/chat", chat, named_in_body(models))


async def _load_only(model: ServedModel, asked: Asked, empty: dict[str, Any]) -> Response:
    """Without a prompt, a request loads the model, or throws it out."""
    reason = "load"
    if asked.keep_alive in (0, "0", "0s"):
        model.loading.unload()
        reason = "unload"
    else:
        await model.loading.load()
    head = {"model": model.name, "created_at": timestamp()}
    return Response.of_json({**head, **empty, "done": True, "done_reason": reason})


async def _sent(answer: Answer, asked: Asked) -> Response:
    if asked.stream is False:
        return Response.of_json(await answer.whole())
    return line_stream(answer.lines())
