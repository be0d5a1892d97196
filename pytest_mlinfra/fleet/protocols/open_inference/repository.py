"""Triton's model repository: which models there are; loading and unloading them."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models, ServedModel
from pytest_mlinfra.fleet.protocols.body import json_body
from pytest_mlinfra.fleet.protocols.route import Route


def repository_routes(models: Models) -> Iterable[Route]:
    """The index, and two that change it."""

    def index(request: Request) -> Response:
        wanted = json_body(request) if request.body else {}
        only_ready = isinstance(wanted, dict) and wanted.get("ready") is True
        shown = [each for each in models.values() if each.is_ready or not only_ready]
        return Response.of_json([_entry(model) for model in shown])

    async def load(request: Request) -> Response:
        await models.named(request.parameters["model"]).loading.load()
        return Response()

    def unload(request: Request) -> Response:
        models.named(request.parameters["model"]).loading.unload(withdraw=True)
        return Response()

    yield Route("POST", "/v2/repository/index", index)
    yield Route("POST", "/v2/repository/models/{model}/load", load)
    yield Route("POST", "/v2/repository/models/{model}/unload", unload)


def _entry(model: ServedModel) -> dict[str, str]:
    state = {"ready": "READY", "loading": "LOADING", "unloaded": "UNAVAILABLE"}
    reason = {"ready": "", "loading": "", "unloaded": "unloaded"}
    return {
        "name": model.name,
        "version": model.model.version,
        "state": state[model.loading.state],
        "reason": reason[model.loading.state],
    }
