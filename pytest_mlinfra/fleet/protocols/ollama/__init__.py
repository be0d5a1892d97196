"""Ollama's protocol: JSON line by line.

Source: Ollama's API reference.
"""

from __future__ import annotations

from collections.abc import Iterable

from pytest_mlinfra.fleet.http import Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.protocols.ollama.embed import embed_routes
from pytest_mlinfra.fleet.protocols.ollama.generate import generate_routes
from pytest_mlinfra.fleet.protocols.ollama.library import library_routes
from pytest_mlinfra.fleet.protocols.ollama.pull import pull_routes
from pytest_mlinfra.fleet.protocols.route import Route
from pytest_mlinfra.fleet.refusal import Refusal


class OllamaProtocol:
    """Texts, chats, embeddings and the library of models, under ``/api``."""

    name = "ollama"
    prefixes = ("/api/",)

    def routes(self, models: Models) -> Iterable[Route]:
        """Every endpoint."""
        yield from generate_routes(models)
        yield from embed_routes(models)
        yield from library_routes(models)
        yield from pull_routes()

    def refuse(self, refusal: Refusal) -> Response:
        """An error in Ollama's shape: one key, ``error``."""
        return Response.of_error(refusal.usual_status, refusal.detail)
