"""Values that hold nothing else, or only what they are made from: how they are written."""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import fractions
import math
import pathlib
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from pytest_mlinfra.runs.split.errors import CannotCrossError
from pytest_mlinfra.runs.split.messages import Wire

_LARGEST_INTEGER = 2**63 - 1
_LONGEST_INTEGER = 4_000  # decimal digits, as Python's own limit

# How values of well-known classes are taken apart and made again.
KNOWN: Mapping[type, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    bytearray: (bytes, bytearray),
    complex: (lambda value: (value.real, value.imag), lambda parts: complex(*parts)),
    dt.date: (dt.date.isoformat, dt.date.fromisoformat),
    dt.datetime: (dt.datetime.isoformat, dt.datetime.fromisoformat),
    dt.timedelta: (
        lambda value: (value.days, value.seconds, value.microseconds),
        lambda parts: dt.timedelta(*parts),
    ),
    decimal.Decimal: (str, decimal.Decimal),
    fractions.Fraction: (str, fractions.Fraction),
    pathlib.PosixPath: (str, pathlib.Path),
    range: (lambda value: (value.start, value.stop, value.step), lambda parts: range(*parts)),
    type(...): (lambda _value: None, lambda _nothing: ...),
    uuid.UUID: (str, uuid.UUID),
}
KNOWN_BY_NAME = {kind.__name__: make for kind, (_, make) in KNOWN.items()}


def _integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER:
        raise ValueError("an integer is too long")
    return int(text)


def _encode_integer(value: int) -> Wire:
    if -_LARGEST_INTEGER <= value <= _LARGEST_INTEGER:
        return value
    try:
        return ["i", str(value)]
    except ValueError as error:
        raise CannotCrossError(str(error)) from None


def _encode_text(value: str) -> Wire:
    try:
        value.encode()
    except UnicodeEncodeError:
        return ["u", value.encode("utf-8", "surrogatepass").hex()]
    return value


SCALARS: Mapping[type, Callable[[Any], Wire]] = {
    bytes: lambda value: ["b", base64.b64encode(value).decode()],
    float: lambda value: value if math.isfinite(value) else ["n", str(value)],
    int: _encode_integer,
    str: _encode_text,
}
SCALAR_TAGS: Mapping[str, Callable[[Any], Any]] = {
    "b": base64.b64decode,
    "i": _integer,
    "n": float,
    "u": lambda text: bytes.fromhex(text).decode("utf-8", "surrogatepass"),
}
