"""``/api/embed``, and ``/api/embeddings``, which came before it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import msgspec

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.models.tokens import count_tokens
from pytest_mlinfra.fleet.protocols.body import converted, json_body
from pytest_mlinfra.fleet.protocols.ollama.common import NANOSECONDS, find_model, named_in_body
from pytest_mlinfra.fleet.protocols.route import Route


class EmbedRequest(msgspec.Struct, frozen=True):
    """The body of ``/api/embed``."""

    input: str | list[str]
    model: str = ""
    dimensions: int | None = None


class EmbeddingsRequest(msgspec.Struct, frozen=True):
    """The body of ``/api/embeddings``."""

    prompt: str
    model: str = ""


def embed_routes(models: Models) -> Iterable[Route]:
    """The two routes."""

    async def embed(request: Request) -> Response:
        body = json_body(request)
        asked = converted(body, EmbedRequest)
        model = find_model(models, asked.model)
        texts = [asked.input] if isinstance(asked.input, str) else asked.input
        clock = asyncio.get_running_loop().time
        began = clock()
        vectors = await model.embed(texts, body)
        return Response.of_json(
            {
                "model": model.name,
                "embeddings": [vector[: asked.dimensions] for vector in vectors],
                "total_duration": round((clock() - began) * NANOSECONDS),
                "load_duration": 0,
                "prompt_eval_count": sum(count_tokens(text) for text in texts),
            }
        )

    async def embeddings(request: Request) -> Response:
        body = json_body(request)
        asked = converted(body, EmbeddingsRequest)
        (vector,) = await find_model(models, asked.model).embed([asked.prompt], body)
        return Response.of_json({"embedding": vector})

    yield Route("POST", "/api/embed", embed, named_in_body(models))
    yield Route("POST", "/api/embeddings", embeddings, named_in_body(models))
