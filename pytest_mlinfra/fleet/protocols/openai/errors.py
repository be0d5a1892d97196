"""Errors in OpenAI's shape: an object with message, type, param and code."""

from __future__ import annotations

from http import HTTPStatus

from pytest_mlinfra.fleet.http import Response
from pytest_mlinfra.fleet.refusal import USUAL_STATUS, Reason, Refusal

# The type and the code for each reason.
_NAMES: dict[Reason, tuple[str, str | None]] = {
    "bad request": ("invalid_request_error", None),
    "unauthorized": ("invalid_request_error", "invalid_api_key"),
    "unknown model": ("invalid_request_error", "model_not_found"),
    "not found": ("invalid_request_error", None),
    "wrong method": ("invalid_request_error", "method_not_supported"),
    "conflict": ("invalid_request_error", "conflict"),
    "not ready": ("service_unavailable_error", "model_not_ready"),
    "overloaded": ("rate_limit_error", "rate_limit_exceeded"),
    "failed": ("server_error", None),
}
_STATUS = {**USUAL_STATUS, "overloaded": HTTPStatus.TOO_MANY_REQUESTS}


def openai_error(refusal: Refusal) -> Response:
    """The error; a model without a free slot is a rate limit that was reached."""
    kind, code = _NAMES[refusal.reason]
    error = {
        "message": refusal.detail,
        "type": kind,
        "param": refusal.where,
        "code": code,
    }
    return Response.of_json({"error": error}, _STATUS[refusal.reason])
