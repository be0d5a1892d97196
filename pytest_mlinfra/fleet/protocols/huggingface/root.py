"""``POST /``, to which a client with a base URL sends whatever it wants.

A request with ``parameters`` or ``stream`` wants text, as TGI has it; any other wants
embeddings, as TEI has it.
"""

from __future__ import annotations

from collections.abc import Iterable

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.protocols.body import json_body
from pytest_mlinfra.fleet.protocols.huggingface.embed import embeddings
from pytest_mlinfra.fleet.protocols.huggingface.generate import ask
from pytest_mlinfra.fleet.protocols.route import Route
from pytest_mlinfra.fleet.protocols.streams import event_stream


def root_routes(models: Models) -> Iterable[Route]:
    """The one route."""

    async def anything(request: Request) -> Response:
        body = json_body(request)
        if not isinstance(body, dict) or not {"parameters", "stream"} & body.keys():
            return await embeddings(models, request)
        said = await ask(models, request)
        if said.wants_stream:
            return event_stream(said.events())
        return Response.of_json([await said.whole()])

    yield Route("POST", "/", anything)
