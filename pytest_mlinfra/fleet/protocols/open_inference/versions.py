"""Routes of a model that may name its version."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models, ServedModel
from pytest_mlinfra.fleet.protocols.route import Route
from pytest_mlinfra.fleet.refusal import Refusal

ModelHandler = Callable[[Request, ServedModel], Response | Awaitable[Response]]


def model_routes(models: Models, method: str, suffix: str, handle: ModelHandler) -> Iterable[Route]:
    """A route for a model, and the same for a model with its version.

    Args:
        models: the server's models.
        method: the routes' method.
        suffix: what follows the model, and its version if there is one.
        handle: answers, for the model that is meant.
    """

    def with_model(request: Request) -> Response | Awaitable[Response]:
        return handle(request, find_version(models, request))

    yield Route(method, f"/v2/models/{{model}}{suffix}", with_model)
    yield Route(method, f"/v2/models/{{model}}/versions/{{version}}{suffix}", with_model)


def find_version(models: Models, request: Request) -> ServedModel:
    """The model that the path names.

    Raises:
        Refusal: there is none, or not in that version.
    """
    model = models.named(request.parameters["model"])
    version = request.parameters.get("version", model.model.version)
    if version != model.model.version:
        raise Refusal(
            "unknown model",
            f"the model {model.name!r} has the version {model.model.version}, not {version}",
        )
    return model
