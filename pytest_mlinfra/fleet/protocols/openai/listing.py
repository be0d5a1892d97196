"""``GET /v1/models``, which OpenAI's protocol and KServe's first one both have.

One answer serves both: it has the fields of either, and clients of the one ignore those
of the other. While a model is loading, its own page has the status 503, as KServe's has.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models, ServedModel
from pytest_mlinfra.fleet.protocols.access import check_key
from pytest_mlinfra.fleet.protocols.openai.common import now
from pytest_mlinfra.fleet.protocols.route import Route


def listing_routes(models: Models) -> Iterable[Route]:
    """The list, and one model of it."""
    created = now()

    def described(model: ServedModel) -> dict[str, object]:
        return {
            "id": model.name,
            "object": "model",
            "created": created,
            "owned_by": "mlinfra",
            "max_model_len": model.model.context_length,
        }

    def listed(request: Request) -> Response:
        check_key(request, models.first)
        return Response.of_json(
            {
                "object": "list",
                "data": [described(model) for model in models.values()],
                "models": list(models),
            }
        )

    def one(request: Request) -> Response:
        model = models.named(request.parameters["model"])
        check_key(request, model)
        status = HTTPStatus.OK if model.is_ready else HTTPStatus.SERVICE_UNAVAILABLE
        content = {**described(model), "name": model.name, "ready": model.is_ready}
        return Response.of_json(content, status)

    yield Route("GET", "/v1/models", listed)
    yield Route("GET", "/v1/models/{model:path}", one)
