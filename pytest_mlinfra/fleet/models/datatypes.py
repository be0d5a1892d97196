"""The datatypes of tensors in the Open Inference Protocol, and their bytes.

Numbers are little-endian; a string is its length in four bytes, then its bytes.
Source: the protocol's section on tensor data, and Triton's extension for binary data.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

_LENGTH = struct.Struct("<I")


@dataclass(frozen=True)
class Datatype:
    """One datatype.

    Attributes:
        name: as the protocol spells it.
        size: bytes of one element; None if they vary.
        python: the type that its elements have in JSON.
        least: the smallest integer that it holds; None for what is no integer.
        greatest: the largest one.
        decode: from bytes to elements.
        encode: from elements to bytes.
    """

    name: str
    size: int | None
    python: type
    decode: Callable[[bytes], Sequence[Any]]
    encode: Callable[[Sequence[Any]], bytes]
    least: int | None = None
    greatest: int | None = None

    def complaint(self, value: object) -> str | None:
        """Why `value` is no element of this type; None if it is one."""
        if self.python is float:
            fits = isinstance(value, int | float) and not isinstance(value, bool)
        else:
            fits = type(value) is self.python
        if not fits:
            return f"{value!r} is no {self.name}"
        if self.least is not None and self.greatest is not None:
            assert isinstance(value, int)
            if not self.least <= value <= self.greatest:
                return f"{value} does not fit into {self.name}"
        return None


def _numbers(
    code: str,
) -> tuple[Callable[[bytes], Sequence[Any]], Callable[[Sequence[Any]], bytes]]:
    def decode(data: bytes) -> Sequence[Any]:
        numbers = array(code)
        numbers.frombytes(data)
        return _little_endian(numbers)

    def encode(values: Sequence[Any]) -> bytes:
        numbers = values if isinstance(values, array) else array(code, values)
        return _little_endian(array(code, numbers)).tobytes()

    return decode, encode


def _little_endian(numbers: array[Any]) -> array[Any]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _decode_booleans(data: bytes) -> Sequence[bool]:
    return [bool(byte) for byte in data]


def _encode_booleans(values: Sequence[Any]) -> bytes:
    return bytes(map(bool, values))


def _decode_half(data: bytes) -> Sequence[float]:
    return struct.unpack(f"<{len(data) // 2}e", data)


def _encode_half(values: Sequence[Any]) -> bytes:
    return struct.pack(f"<{len(values)}e", *values)


def _decode_brain(data: bytes) -> Sequence[float]:
    # A brain float is the upper half of a single one.
    whole = bytearray(len(data) * 2)
    whole[2::4], whole[3::4] = data[0::2], data[1::2]
    return struct.unpack(f"<{len(data) // 2}f", whole)


def _encode_brain(values: Sequence[Any]) -> bytes:
    singles = struct.unpack(f"<{len(values)}I", struct.pack(f"<{len(values)}f", *values))
    # To the nearest; of two that are as near, the even one.
    halves = [(bits + 0x7FFF + (bits >> 16 & 1)) >> 16 & 0xFFFF for bits in singles]
    return struct.pack(f"<{len(values)}H", *halves)


def _decode_strings(data: bytes) -> Sequence[str]:
    strings, at = [], 0
    while at < len(data):
        if at + _LENGTH.size > len(data):
            raise ValueError("the length of its last string is cut off")
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        if at + length > len(data):
            raise ValueError(f"its last string has {len(data) - at} of {length} bytes")
        strings.append(data[at : at + length].decode("utf-8", "surrogateescape"))
        at += length
    return strings


def _encode_strings(values: Sequence[Any]) -> bytes:
    encoded = [str(value).encode("utf-8", "surrogateescape") for value in values]
    return b"".join(_LENGTH.pack(len(each)) + each for each in encoded)


def _all() -> list[Datatype]:
    types = [Datatype("BOOL", 1, bool, _decode_booleans, _encode_booleans)]
    for size, code in ((1, "b"), (2, "h"), (4, "i"), (8, "q")):
        span = 1 << 8 * size
        signed, unsigned = _numbers(code), _numbers(code.upper())
        types += [
            Datatype(f"INT{8 * size}", size, int, *signed, -span // 2, span // 2 - 1),
            Datatype(f"UINT{8 * size}", size, int, *unsigned, 0, span - 1),
        ]
    return [
        *types,
        Datatype("FP16", 2, float, _decode_half, _encode_half),
        Datatype("BF16", 2, float, _decode_brain, _encode_brain),
        Datatype("FP32", 4, float, *_numbers("f")),
        Datatype("FP64", 8, float, *_numbers("d")),
        Datatype("BYTES", None, str, _decode_strings, _encode_strings),
    ]


DATATYPES = {each.name: each for each in _all()}
