"""A running fleet on one screen: where its models are reached, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import msgspec

from pytest_mlinfra.fleet.standalone.about import FaultTable, FleetAbout, ModelAbout


def render_status(about: FleetAbout) -> str:
    """The answer of the admin API to ``GET /``, for a person.

    Returns:
        Lines without a newline at the end.
    """
    names = max(len(model.name) for model in about.models)
    urls = max(len(model.url) for model in about.models)
    lines = [f"{about.name}: process {about.pid}, {_requests(about)}", ""]
    for model in about.models:
        lines.append(f"{model.name:{names}}  {model.url:{urls}}  {_requests(model)}")
        lines += [
            f"{'':{names}}  {number}. {render_fault(fault)}"
            for number, fault in enumerate(model.faults, start=1)
        ]
    return "\n".join(lines)


def render_fault(fault: FaultTable) -> str:
    """A fault as it is given to ``mlinfra fleet break``: ``latency seconds=0.5``."""
    fields = [name for name in fault if name not in ("kind", "model")]
    return " ".join([fault["kind"], *(f"{name}={_value(fault[name])}" for name in fields)])


def _value(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _requests(counted: FleetAbout | ModelAbout) -> str:
    said = "1 request" if counted.requests == 1 else f"{counted.requests} requests"
    return f"{said}, {counted.in_flight} in flight" if counted.in_flight else said
