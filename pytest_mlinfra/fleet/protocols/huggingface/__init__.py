"""Hugging Face's servers: for generating text (TGI), and for embeddings (TEI).

Their chats are OpenAI's, and answered there.
Source: the API references of Text Generation Inference and Text Embeddings Inference.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from pytest_mlinfra.fleet.http import Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.protocols.huggingface.embed import embed_routes
from pytest_mlinfra.fleet.protocols.huggingface.generate import generate_routes
from pytest_mlinfra.fleet.protocols.huggingface.info import info_routes
from pytest_mlinfra.fleet.protocols.huggingface.root import root_routes
from pytest_mlinfra.fleet.protocols.route import Route
from pytest_mlinfra.fleet.refusal import USUAL_STATUS, Reason, Refusal

_STATUS = {
    **USUAL_STATUS,
    "bad request": HTTPStatus.UNPROCESSABLE_ENTITY,
    "overloaded": HTTPStatus.TOO_MANY_REQUESTS,
    "failed": HTTPStatus.FAILED_DEPENDENCY,
}
_TYPES: dict[Reason, str] = {
    "bad request": "validation",
    "overloaded": "overloaded",
    "failed": "generation",
    "not ready": "unhealthy",
}


class HuggingFaceProtocol:
    """``/generate``, ``/generate_stream``, ``/embed``, ``/info``, and ``/`` for all of them."""

    name = "huggingface"
    prefixes = ("/generate", "/embed")

    def routes(self, models: Models) -> Iterable[Route]:
        """Every endpoint."""
        yield from generate_routes(models)
        yield from embed_routes(models)
        yield from info_routes(models)
        yield from root_routes(models)

    def refuse(self, refusal: Refusal) -> Response:
        """An error in the shape of both: what it says, and of which type it is."""
        kind = _TYPES.get(refusal.reason, refusal.reason.replace(" ", "_"))
        content = {"error": refusal.detail, "error_type": kind}
        return Response.of_json(content, _STATUS[refusal.reason])
