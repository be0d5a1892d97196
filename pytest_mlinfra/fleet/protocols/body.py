"""The body of a request, as the type that a protocol says it has."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from pytest_mlinfra.fleet.http import Request
from pytest_mlinfra.fleet.refusal import Refusal

_Type = TypeVar("_Type")


def json_body(request: Request) -> Any:
    """The JSON of the body.

    Raises:
        Refusal: it is none.
    """
    try:
        return request.json()
    except msgspec.DecodeError as error:
        raise Refusal("bad request", f"the body is not valid JSON: {error}") from error


def typed_body(request: Request, expected: type[_Type]) -> _Type:
    """The JSON of the body, as an `expected`.

    Raises:
        Refusal: it is no JSON, or another; the refusal says where.
    """
    return converted(json_body(request), expected)


def converted(content: Any, expected: type[_Type]) -> _Type:
    """Decoded JSON as an `expected`.

    Raises:
        Refusal: it is something else; the refusal says where.
    """
    try:
        return msgspec.convert(content, expected)
    except msgspec.ValidationError as error:
        found = re.search(r" - at `\$\.?(.*)`", str(error))
        reason = str(error)[: found.start()] if found else str(error)
        where = found[1] if found else None
        missing = re.search(r"missing required field `([^`]+)`", reason)
        if missing:
            where = ".".join(filter(None, (where, missing[1])))
            reason = "it is required"
        text = f"{where}: {reason[:1].lower()}{reason[1:]}" if where else f"the body: {reason}"
        raise Refusal("bad request", text, where=where) from error
