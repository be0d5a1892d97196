"""From a request to the route that answers it."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.model import Models
from pytest_mlinfra.fleet.protocols import ModelProtocol, Route


@dataclass(frozen=True)
class Call:
    """A request, and where it leads.

    Attributes:
        request: the request, with the parameters of its route.
        model: the name of the model that it is for.
        route: the route; None if there is none.
        otherwise: the answer where there is no route.
    """

    request: Request
    model: str
    route: Route | None
    otherwise: Response

    async def answer(self) -> Response:
        """What the route answers; an error of its own becomes a 500."""
        if self.route is None:
            return self.otherwise
        try:
            response = self.route.handle(self.request)
            return await response if inspect.isawaitable(response) else response
        except Exception as error:  # noqa: BLE001 - a model's own code may raise anything
            reason = f"{type(error).__name__}: {error}"
            return Response.of_error(HTTPStatus.INTERNAL_SERVER_ERROR, reason)


class Router:
    """The routes of all protocols of a server; of two that match, the earlier one answers.

    Args:
        protocols: what the server speaks.
        models: what it serves.
    """

    def __init__(self, protocols: Sequence[ModelProtocol], models: Models) -> None:
        self._models = models
        self._routes = [route for protocol in protocols for route in protocol.routes(models)]

    def resolve(self, request: Request) -> Call:
        """Where `request` leads."""
        method = "GET" if request.method == "HEAD" else request.method
        first = self._models.first.name
        otherwise = Response.of_error(HTTPStatus.NOT_FOUND, f"no route {request.path}")
        for route in self._routes:
            parameters = route.match(request.path)
            if parameters is None:
                continue
            if route.method == method:
                complete = replace(request, parameters=parameters)
                return Call(complete, route.model(complete) or first, route, otherwise)
            otherwise = Response.of_error(HTTPStatus.METHOD_NOT_ALLOWED)
        return Call(request, first, None, otherwise)
