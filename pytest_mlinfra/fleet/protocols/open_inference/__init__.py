"""The Open Inference Protocol, version 2, with Triton's extensions.

Source: the Open Inference Protocol's REST specification, and the pages on Triton's
extensions for binary tensor data, model repository, model configuration, statistics,
trace, logging and shared memory.
"""

from __future__ import annotations

from collections.abc import Iterable

from pytest_mlinfra.fleet.http import Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.protocols.open_inference.infer import infer_routes
from pytest_mlinfra.fleet.protocols.open_inference.metadata import metadata_routes
from pytest_mlinfra.fleet.protocols.open_inference.repository import repository_routes
from pytest_mlinfra.fleet.protocols.open_inference.settings import setting_routes
from pytest_mlinfra.fleet.protocols.open_inference.statistics import statistics_routes
from pytest_mlinfra.fleet.protocols.route import Route
from pytest_mlinfra.fleet.refusal import Refusal


class OpenInferenceProtocol:
    """Health, metadata, inference and Triton's extensions, under ``/v2``."""

    name = "open-inference"
    prefixes = ("/v2/", "/v2")

    def routes(self, models: Models) -> Iterable[Route]:
        """Every endpoint."""
        yield from metadata_routes(models)
        yield from infer_routes(models)
        yield from repository_routes(models)
        yield from statistics_routes(models)
        yield from setting_routes(models)

    def refuse(self, refusal: Refusal) -> Response:
        """An error in Triton's shape: one key, ``error``."""
        return Response.of_error(refusal.usual_status, refusal.detail)
