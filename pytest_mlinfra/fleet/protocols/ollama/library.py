"""The library of models: which there are, which are loaded, and what is known of them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from typing import Any

import msgspec

from pytest_mlinfra import __version__
from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models, ServedModel
from pytest_mlinfra.fleet.protocols.body import typed_body
from pytest_mlinfra.fleet.protocols.ollama.common import find_model, named_in_body, timestamp
from pytest_mlinfra.fleet.protocols.route import Route

_DETAILS = {
    "parent_model": "",
    "format": "gguf",
    "family": "fake",
    "families": ["fake"],
    "parameter_size": "0B",
    "quantization_level": "F16",
}
# Bytes: a fake weighs something, so that clients can add up.
_SIZE = 1_000_000
_KEPT_ALIVE = 300.0


class ShowRequest(msgspec.Struct, frozen=True):
    """The body of ``/api/show``; older clients say ``name``."""

    model: str = ""
    name: str = ""


def library_routes(models: Models) -> Iterable[Route]:
    """What there is, what is loaded, one of them, and the server's version."""
    since = time.time()

    def described(model: ServedModel) -> dict[str, Any]:
        digest = hashlib.sha256(model.name.encode()).hexdigest()
        named = {"name": model.name, "model": model.name, "size": _SIZE, "digest": digest}
        return {**named, "details": _DETAILS}

    def tags(_request: Request) -> Response:
        listed = [{**described(each), "modified_at": timestamp(since)} for each in models.values()]
        return Response.of_json({"models": listed})

    def loaded(_request: Request) -> Response:
        until = timestamp(time.time() + _KEPT_ALIVE)
        listed = [
            {
                **described(each),
                "expires_at": until,
                "size_vram": 0,
                "context_length": each.model.context_length,
            }
            for each in models.values()
            if each.is_ready
        ]
        return Response.of_json({"models": listed})

    def show(request: Request) -> Response:
        asked = typed_body(request, ShowRequest)
        model = find_model(models, asked.model or asked.name)
        facts = {
            "general.architecture": "fake",
            "general.basename": model.name,
            "fake.context_length": model.model.context_length,
            "fake.embedding_length": model.model.embedding_size,
        }
        return Response.of_json(
            {
                "modelfile": f"FROM {model.name}\n",
                "parameters": "",
                "template": "{{ .Prompt }}",
                "details": _DETAILS,
                "model_info": facts,
                "capabilities": ["completion", "tools", "embedding"],
                "modified_at": timestamp(since),
            }
        )

    def version(_request: Request) -> Response:
        return Response.of_json({"version": __version__})

    yield Route("GET", "/api/tags", tags)
    yield Route("GET", "/api/ps", loaded)
    yield Route("POST", "/api/show", show, named_in_body(models))
    yield Route("GET", "/api/version", version)
