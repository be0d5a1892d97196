"""Triton's settings that a fake can only remember, and the shared memory it has none of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.protocols.body import json_body
from pytest_mlinfra.fleet.protocols.route import Route
from pytest_mlinfra.fleet.refusal import Refusal

_TRACE: dict[str, Any] = {
    "trace_file": "",
    "trace_level": ["OFF"],
    "trace_rate": "1000",
    "trace_count": "-1",
    "log_frequency": "0",
    "trace_mode": "triton",
}
_LOGGING: dict[str, Any] = {
    "log_file": "",
    "log_info": True,
    "log_warning": True,
    "log_error": True,
    "log_verbose_level": 0,
    "log_format": "default",
}


def setting_routes(models: Models) -> Iterable[Route]:
    """Trace, logging, and both sorts of shared memory."""
    yield from _remembered("/v2/trace/setting", _TRACE)
    yield from _remembered("/v2/logging", _LOGGING)
    for model in models:
        yield from _remembered(f"/v2/models/{model}/trace/setting", _TRACE, model)
    for sort in ("systemsharedmemory", "cudasharedmemory"):
        yield Route("GET", f"/v2/{sort}/status", _no_regions)
        yield Route("GET", f"/v2/{sort}/region/{{region}}/status", _no_region)
        yield Route("POST", f"/v2/{sort}/region/{{region}}/register", _no_shared_memory)
        yield Route("POST", f"/v2/{sort}/region/{{region}}/unregister", _nothing_to_do)
        yield Route("POST", f"/v2/{sort}/unregister", _nothing_to_do)


def _remembered(path: str, defaults: dict[str, Any], model: str | None = None) -> Iterable[Route]:
    """A route that tells settings and one that changes them; null restores a default."""
    settings = dict(defaults)

    def tell(_request: Request) -> Response:
        return Response.of_json(settings)

    def change(request: Request) -> Response:
        wanted = json_body(request)
        unknown = set(wanted) - set(defaults) if isinstance(wanted, dict) else {"the body"}
        if unknown:
            known = ", ".join(defaults)
            raise Refusal(
                "bad request", f"{min(unknown)!r} is no setting; the settings are {known}"
            )
        settings.update(
            (name, defaults[name] if value is None else value) for name, value in wanted.items()
        )
        return tell(request)

    yield Route("GET", path, tell, lambda _request: model)
    yield Route("POST", path, change, lambda _request: model)


def _no_regions(_request: Request) -> Response:
    return Response.of_json([])


def _no_region(request: Request) -> Response:
    raise Refusal("not found", f"no region is named {request.parameters['region']!r}")


def _no_shared_memory(_request: Request) -> Response:
    raise Refusal("bad request", "this server shares no memory; send tensors in the request")


def _nothing_to_do(_request: Request) -> Response:
    return Response()
