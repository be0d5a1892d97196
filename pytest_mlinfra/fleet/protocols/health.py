"""Health: is the server up, and are its models loaded?"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.protocols.route import Route

# Whether the process lives, as Kubernetes asks.
_LIVE = ("/livez", "/healthz")
# Whether it can serve: as most servers, SageMaker and Kubernetes ask.
_READY = ("/health", "/ping", "/readyz")


class HealthProtocol:
    """Answers 200 with the name of the server's first model.

    While a model is loading, those that ask whether the server can serve get 503.
    """

    name = "health"

    def routes(self, models: Models) -> Iterable[Route]:
        """Five paths, each for ``GET``."""

        def live(_request: Request) -> Response:
            return Response.of_json({"status": "healthy", "model": models.first.name})

        def ready(request: Request) -> Response:
            if models.are_ready:
                return live(request)
            loading = {"status": "loading", "model": models.first.name}
            return Response.of_json(loading, HTTPStatus.SERVICE_UNAVAILABLE)

        yield from (Route("GET", path, live) for path in _LIVE)
        yield from (Route("GET", path, ready) for path in _READY)
