"""Keys: who may ask a model."""

from __future__ import annotations

from pytest_mlinfra.fleet.http import Request
from pytest_mlinfra.fleet.models import ServedModel
from pytest_mlinfra.fleet.refusal import Refusal


def check_key(request: Request, model: ServedModel) -> None:
    """Let `request` pass if it bears the model's key, or the model has none.

    Raises:
        Refusal: the key is missing or another one.
    """
    key = model.model.api_key
    given = request.headers.get("authorization")
    if key is not None and given != f"Bearer {key}":
        what = "bears no key" if given is None else "bears another key"
        raise Refusal(
            "unauthorized", f"the request {what}; send 'Authorization: Bearer <the model's key>'"
        )
