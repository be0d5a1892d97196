"""Health and metadata, of the server and of a model."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from pytest_mlinfra import __version__
from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models, ServedModel, TensorSpec
from pytest_mlinfra.fleet.protocols.open_inference.versions import model_routes
from pytest_mlinfra.fleet.protocols.route import Route

_EXTENSIONS = (
    "binary_tensor_data",
    "classification",
    "model_configuration",
    "model_repository",
    "statistics",
    "trace",
    "logging",
)
_PLATFORM = "python"


def metadata_routes(models: Models) -> Iterable[Route]:
    """What a client asks before it infers."""

    def server(_request: Request) -> Response:
        return Response.of_json(
            {"name": "mlinfra", "version": __version__, "extensions": _EXTENSIONS}
        )

    def live(_request: Request) -> Response:
        return Response.of_json({"live": True})

    def ready(_request: Request) -> Response:
        return _readiness({"ready": models.are_ready}, ready=models.are_ready)

    def model_ready(_request: Request, model: ServedModel) -> Response:
        return _readiness({"name": model.name, "ready": model.is_ready}, ready=model.is_ready)

    yield Route("GET", "/v2", server)
    yield Route("GET", "/v2/health/live", live)
    yield Route("GET", "/v2/health/ready", ready)
    yield from model_routes(models, "GET", "", _metadata)
    yield from model_routes(models, "GET", "/ready", model_ready)
    yield from model_routes(models, "GET", "/config", _configuration)


def _readiness(content: dict[str, object], *, ready: bool) -> Response:
    # The specification leaves the status open; this is Triton's.
    return Response.of_json(content, HTTPStatus.OK if ready else HTTPStatus.BAD_REQUEST)


def _metadata(_request: Request, model: ServedModel) -> Response:
    return Response.of_json(
        {
            "name": model.name,
            "versions": [model.model.version],
            "platform": _PLATFORM,
            "inputs": [_tensor(spec) for spec in model.model.inputs],
            "outputs": [_tensor(spec) for spec in model.model.outputs],
        }
    )


def _tensor(spec: TensorSpec) -> dict[str, object]:
    return {"name": spec.name, "datatype": spec.datatype, "shape": spec.shape}


def _configuration(_request: Request, model: ServedModel) -> Response:
    serving = model.model.serving
    batched = serving.max_batch > 1
    configuration: dict[str, Any] = {
        "name": model.name,
        "platform": "",
        "backend": _PLATFORM,
        "version_policy": {"latest": {"num_versions": 1}},
        "max_batch_size": serving.max_batch if batched else 0,
        "input": [_variable(spec, batched=batched) for spec in model.model.inputs],
        "output": [_variable(spec, batched=batched) for spec in model.model.outputs],
        "instance_group": [
            {"name": f"{model.name}_0", "kind": "KIND_CPU", "count": serving.slots or 1}
        ],
    }
    if batched:
        delay = round(serving.max_wait * 1_000_000)
        configuration["dynamic_batching"] = {"max_queue_delay_microseconds": delay}
    return Response.of_json(configuration)


def _variable(spec: TensorSpec, *, batched: bool) -> dict[str, object]:
    """A tensor as the configuration has it: without the batch's dimension."""
    kind = "STRING" if spec.datatype == "BYTES" else spec.datatype
    dimensions = spec.shape[1:] if batched else spec.shape
    return {"name": spec.name, "data_type": f"TYPE_{kind}", "dims": dimensions}
