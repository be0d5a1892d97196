"""``/info``: what both servers say about themselves, in one answer."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_mlinfra import __version__
from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.protocols.route import Route

_CONCURRENT_REQUESTS = 128


def info_routes(models: Models) -> Iterable[Route]:
    """The one route."""

    def info(_request: Request) -> Response:
        model = models.first.model
        serving = model.serving
        concurrent = _CONCURRENT_REQUESTS
        if serving.slots is not None and serving.queue is not None:
            concurrent = serving.slots + serving.queue
        return Response.of_json(
            {
                "model_id": model.name,
                "model_sha": None,
                "model_dtype": "float32",
                "model_type": {"embedding": {"pooling": "mean"}},
                "model_pipeline_tag": "text-generation",
                "max_concurrent_requests": concurrent,
                "max_best_of": 1,
                "max_stop_sequences": 4,
                "max_input_tokens": model.context_length - 1,
                "max_input_length": model.context_length - 1,
                "max_total_tokens": model.context_length,
                "max_client_batch_size": serving.max_batch,
                "auto_truncate": False,
                "validation_workers": 1,
                "tokenization_workers": 1,
                "router": "mlinfra",
                "version": __version__,
                "sha": None,
                "docker_label": None,
            }
        )

    yield Route("GET", "/info", info)
