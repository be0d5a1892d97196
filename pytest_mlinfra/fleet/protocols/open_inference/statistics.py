"""Triton's statistics: what a model has done, in counts and nanoseconds of the clock."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models, ServedModel
from pytest_mlinfra.fleet.protocols.open_inference.versions import model_routes
from pytest_mlinfra.fleet.protocols.route import Route

_NANOSECONDS = 1_000_000_000
_MILLISECONDS = 1_000


def statistics_routes(models: Models) -> Iterable[Route]:
    """Of every model, and of one."""

    def every(_request: Request) -> Response:
        return Response.of_json({"model_stats": [_statistics(each) for each in models.values()]})

    def one(_request: Request, model: ServedModel) -> Response:
        return Response.of_json({"model_stats": [_statistics(model)]})

    yield Route("GET", "/v2/models/stats", every)
    yield from model_routes(models, "GET", "/stats", one)


def _statistics(model: ServedModel) -> dict[str, object]:
    tally = model.tally
    took_nothing = _duration(tally.succeeded, 0)
    inference = {
        "success": _duration(tally.succeeded, tally.queued + tally.computed),
        "fail": _duration(tally.failed, 0),
        "queue": _duration(tally.succeeded, tally.queued),
        "compute_input": took_nothing,
        "compute_infer": _duration(tally.succeeded, tally.computed),
        "compute_output": took_nothing,
        "cache_hit": _duration(0, 0),
        "cache_miss": _duration(0, 0),
    }
    batches = [
        {
            "batch_size": rows,
            "compute_input": _duration(count, 0),
            "compute_infer": _duration(count, model.slots.batch_seconds.get(rows, 0)),
            "compute_output": _duration(count, 0),
        }
        for rows, count in sorted(model.slots.batch_sizes.items())
    ]
    return {
        "name": model.name,
        "version": model.model.version,
        "last_inference": round((tally.last or 0) * _MILLISECONDS),
        "inference_count": tally.rows,
        "execution_count": model.slots.batch_sizes.total(),
        "inference_stats": inference,
        "batch_stats": batches,
        "memory_usage": [],
        "response_stats": {},
    }


def _duration(count: int, seconds: float) -> dict[str, int]:
    return {"count": count, "ns": round(seconds * _NANOSECONDS)}
