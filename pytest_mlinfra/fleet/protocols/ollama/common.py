"""What the endpoints of Ollama's protocol share."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from pytest_mlinfra.fleet.http import Request
from pytest_mlinfra.fleet.models import Models, ServedModel
from pytest_mlinfra.fleet.protocols.route import model_in_body
from pytest_mlinfra.fleet.refusal import Refusal

NANOSECONDS = 1_000_000_000
_LATEST = ":latest"


def find_model(models: Models, name: str) -> ServedModel:
    """The model of that name; without a tag it means the latest.

    Raises:
        Refusal: there is none.
    """
    if not name:
        raise Refusal("bad request", "'model' is required", where="model")
    found = models.get(name) or models.get(name.removesuffix(_LATEST))
    return found or models.get(name + _LATEST) or models.named(name)


def named_in_body(models: Models) -> Callable[[Request], str | None]:
    """For the journal: from a request to the model that its body means."""

    def name(request: Request) -> str | None:
        given = model_in_body(request)
        try:
            return find_model(models, given).name if given else None
        except Refusal:
            return None

    return name


def timestamp(seconds: float | None = None) -> str:
    """A time of day as Ollama writes it; by default now, by the clock in force."""
    moment = datetime.fromtimestamp(time.time() if seconds is None else seconds, UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
