"""What the fields of a fault may be, and who says so when one is something else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from pytest_mlinfra.errors import FaultError
from pytest_mlinfra.fleet.complaints import explain

# Thirty years: whoever means "for ever" has `Hang`.
_LONGEST = 1e9

Seconds = Annotated[float, Meta(ge=0, le=_LONGEST)]
LongerThanNothing = Annotated[float, Meta(gt=0, le=_LONGEST)]
Number = Annotated[int, Meta(ge=1)]
Count = Annotated[int, Meta(ge=0)]
Probability = Annotated[float, Meta(ge=0, le=1)]
StatusCode = Annotated[int, Meta(ge=200, le=599)]
ErrorCode = Annotated[int, Meta(ge=400, le=599)]
RedirectCode = Annotated[int, Meta(ge=300, le=399)]
Fields = Mapping[str, str] | tuple[tuple[str, str], ...]


def check_fields(struct: msgspec.Struct) -> None:
    """Hold every field of `struct` to its type.

    Raises:
        FaultError: one is something else; the text names it.
    """
    for name, kind in _types(type(struct)).items():
        value = getattr(struct, name)
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            reason = explain(str(error))
            raise FaultError(f"{type(struct).__name__}: {name!r} is {value!r}: {reason}") from None


@cache
def _types(struct: type[msgspec.Struct]) -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(struct)}
