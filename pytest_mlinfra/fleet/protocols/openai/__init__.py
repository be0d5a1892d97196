"""OpenAI's protocol, as vLLM and many others speak it.

Source: OpenAI's API reference, and vLLM's page on its OpenAI-compatible server.
"""

from __future__ import annotations

from collections.abc import Iterable

from pytest_mlinfra.fleet.http import Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.protocols.openai.chat import chat_routes
from pytest_mlinfra.fleet.protocols.openai.common import Ids
from pytest_mlinfra.fleet.protocols.openai.completions import completion_routes
from pytest_mlinfra.fleet.protocols.openai.embeddings import embedding_routes
from pytest_mlinfra.fleet.protocols.openai.errors import openai_error
from pytest_mlinfra.fleet.protocols.openai.listing import listing_routes
from pytest_mlinfra.fleet.protocols.openai.responses import response_routes
from pytest_mlinfra.fleet.protocols.route import Route
from pytest_mlinfra.fleet.refusal import Refusal


class OpenAIProtocol:
    """Chats, completions, responses, embeddings and the list of models, under ``/v1``."""

    name = "openai"
    prefixes = ("/v1/",)

    def routes(self, models: Models) -> Iterable[Route]:
        """Every endpoint."""
        ids = Ids()
        yield from chat_routes(models, ids)
        yield from completion_routes(models, ids)
        yield from response_routes(models, ids)
        yield from embedding_routes(models)
        yield from listing_routes(models)

    def refuse(self, refusal: Refusal) -> Response:
        """An error in OpenAI's shape."""
        return openai_error(refusal)
