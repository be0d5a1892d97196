"""``POST /v1/embeddings``: vectors for texts, as numbers or as bytes in base 64."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.models.datatypes import DATATYPES
from pytest_mlinfra.fleet.protocols.body import converted, json_body
from pytest_mlinfra.fleet.protocols.openai.common import Prompts, find_model, texts_of
from pytest_mlinfra.fleet.protocols.route import Route, model_in_body
from pytest_mlinfra.fleet.refusal import Refusal


class EmbeddingRequest(msgspec.Struct, frozen=True):
    """The body of a request."""

    input: Prompts
    model: str = ""
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: Annotated[int, msgspec.Meta(ge=1)] | None = None


def embedding_routes(models: Models) -> Iterable[Route]:
    """The one route."""

    async def embed(request: Request) -> Response:
        body = json_body(request)
        asked = converted(body, EmbeddingRequest)
        model = find_model(models, asked.model, request)
        texts = texts_of(asked.input)
        vectors = await model.embed([text for text, _ in texts], body)
        if asked.dimensions is not None:
            vectors = [_cut(vector, asked.dimensions) for vector in vectors]
        encode = _base64 if asked.encoding_format == "base64" else list
        tokens = sum(count for _, count in texts)
        return Response.of_json(
            {
                "object": "list",
                "model": model.name,
                "data": [
                    {"object": "embedding", "index": index, "embedding": encode(vector)}
                    for index, vector in enumerate(vectors)
                ],
                "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
            }
        )

    yield Route("POST", "/v1/embeddings", embed, model_in_body)


def _cut(vector: list[float], dimensions: int) -> list[float]:
    if dimensions > len(vector):
        raise Refusal(
            "bad request",
            f"dimensions: the model has {len(vector)}, so not {dimensions}",
            where="dimensions",
        )
    return vector[:dimensions]


def _base64(vector: list[float]) -> str:
    return base64.b64encode(DATATYPES["FP32"].encode(vector)).decode()
