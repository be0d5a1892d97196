"""The lecture's own prediction protocol: JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

import msgspec

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.model import Models
from pytest_mlinfra.fleet.protocols.route import Route


class PredictProtocol:
    """``POST /predict`` answers with the first model's name and its prediction."""

    name = "predict"

    def routes(self, models: Models) -> Iterable[Route]:
        """The one route."""
        model = models.first

        async def predict(request: Request) -> Response:
            try:
                instance = request.json()
            except msgspec.DecodeError as error:
                return Response.of_error(
                    HTTPStatus.BAD_REQUEST, f"the body is not valid JSON: {error}"
                )
            return Response.of_json(
                {"model": model.name, "prediction": await model.predict(instance)}
            )

        yield Route("POST", "/predict", predict)
