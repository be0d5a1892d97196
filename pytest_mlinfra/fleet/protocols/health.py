"""Health: is the server up?"""

from __future__ import annotations

from collections.abc import Iterable

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.model import Models
from pytest_mlinfra.fleet.protocols.route import Route


class HealthProtocol:
    """``GET /health`` answers 200 with the name of the server's first model."""

    name = "health"

    def routes(self, models: Models) -> Iterable[Route]:
        """The one route."""

        def health(_request: Request) -> Response:
            return Response.of_json({"status": "healthy", "model": models.first.name})

        yield Route("GET", "/health", health)
