"""``/embed``: vectors for texts."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.protocols.access import check_key
from pytest_mlinfra.fleet.protocols.body import converted, json_body
from pytest_mlinfra.fleet.protocols.route import Route
from pytest_mlinfra.fleet.refusal import Refusal


class EmbedRequest(msgspec.Struct, frozen=True):
    """The body of a request."""

    inputs: str | list[str]
    normalize: bool | None = None
    truncate: bool | None = None
    dimensions: int | None = None


def embed_routes(models: Models) -> Iterable[Route]:
    """The one route."""

    async def embed(request: Request) -> Response:
        return await embeddings(models, request)

    yield Route("POST", "/embed", embed)


async def embeddings(models: Models, request: Request) -> Response:
    """A vector for each text, of length 1 unless the request wants them as they are.

    Raises:
        Refusal: the request is not as it has to be, or the model has no answer.
    """
    model = models.first
    check_key(request, model)
    body = json_body(request)
    asked = converted(body, EmbedRequest)
    texts = [asked.inputs] if isinstance(asked.inputs, str) else asked.inputs
    if not texts:
        raise Refusal("bad request", "inputs: at least one text is needed", where="inputs")
    vectors = [vector[: asked.dimensions] for vector in await model.embed(texts, body)]
    if asked.normalize is not False:
        vectors = [_normalized(vector) for vector in vectors]
    return Response.of_json(vectors)


def _normalized(vector: list[float]) -> list[float]:
    length = math.hypot(*vector) or 1.0
    # A vector that a single float made may miss 1 by less than one can tell.
    return vector if math.isclose(length, 1, rel_tol=1e-6) else [n / length for n in vector]
