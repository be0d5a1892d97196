"""KServe's first protocol, which is TensorFlow Serving's: instances in, predictions out.

Source: KServe's page on its V1 protocol. The list of models is OpenAI's, too, and stands
there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.models.seeded import unit_vector
from pytest_mlinfra.fleet.protocols.body import json_body
from pytest_mlinfra.fleet.protocols.route import Route
from pytest_mlinfra.fleet.refusal import Refusal


class KServeV1Protocol:
    """``POST /v1/models/{model}:predict`` and ``:explain``; ``GET /`` tells that it lives."""

    name = "kserve-v1"

    def routes(self, models: Models) -> Iterable[Route]:
        """The three routes."""

        def alive(_request: Request) -> Response:
            return Response.of_json({"status": "alive"})

        async def predict(request: Request) -> Response:
            body, instances = _instances_in(request)
            model = models.named(request.parameters["model"])
            return Response.of_json({"predictions": await model.predict(instances, body)})

        async def explain(request: Request) -> Response:
            body, instances = _instances_in(request)
            model = models.named(request.parameters["model"])
            predictions = await model.predict(instances, body)
            explanations = [_explanation(instance) for instance in instances]
            return Response.of_json({"predictions": predictions, "explanations": explanations})

        yield Route("GET", "/", alive)
        yield Route("POST", "/v1/models/{model:path}:predict", predict)
        yield Route("POST", "/v1/models/{model:path}:explain", explain)


def _instances_in(request: Request) -> tuple[Any, list[Any]]:
    """The body, and the instances in it."""
    body = json_body(request)
    instances = None
    if isinstance(body, dict):
        instances = body.get("instances", body.get("inputs"))
    if not isinstance(instances, list):
        raise Refusal("bad request", "the body must be an object with a list under 'instances'")
    return body, instances


def _explanation(instance: Any) -> list[float]:
    """A weight for each feature of `instance`: made up, the same for the same instance."""
    count = len(instance) if isinstance(instance, list | dict) else 1
    return unit_vector(msgspec.json.encode(instance, order="sorted").decode(), count)
