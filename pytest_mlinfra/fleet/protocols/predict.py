"""The lecture's own protocol: predictions by JSON, and what is known about a model."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models, ServedModel
from pytest_mlinfra.fleet.protocols.body import json_body
from pytest_mlinfra.fleet.protocols.route import Route


class PredictProtocol:
    """``POST /predict`` asks the first model; ``/models`` tells about all of them."""

    name = "predict"

    def routes(self, models: Models) -> Iterable[Route]:
        """A prediction, the list of models, and one model's metadata."""

        async def predict(request: Request) -> Response:
            instance = json_body(request)
            (prediction,) = await models.first.predict([instance], instance)
            return Response.of_json({"model": models.first.name, "prediction": prediction})

        def listed(_request: Request) -> Response:
            return Response.of_json({"models": [_metadata(model) for model in models.values()]})

        def metadata(request: Request) -> Response:
            return Response.of_json(_metadata(models.named(request.parameters["model"])))

        yield Route("POST", "/predict", predict)
        yield Route("GET", "/models", listed)
        yield Route("GET", "/models/{model:path}", metadata)


def _metadata(model: ServedModel) -> dict[str, object]:
    return {"model_id": model.name, **model.model.metadata}
