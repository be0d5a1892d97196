"""Tensors: what a model says it takes and gives, and the ones that travel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from pytest_mlinfra.errors import ModelError
from pytest_mlinfra.fleet.models.datatypes import DATATYPES


class TensorSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tensor that a model takes or gives.

    Attributes:
        name: its name.
        datatype: a datatype of the Open Inference Protocol, such as ``FP32``.
        shape: its dimensions; -1 stands for any size, mostly the first: of the batch.
        low: the least number that `Seeded` draws for it.
        high: the greatest.

    Raises:
        ModelError: the datatype does not exist, a dimension makes no sense, or `low` is
            above `high`.
    """

    name: str
    datatype: str = "FP32"
    shape: tuple[int, ...] = (-1,)
    low: float = 0
    high: float = 1

    def __post_init__(self) -> None:
        if self.datatype not in DATATYPES:
            known = ", ".join(DATATYPES)
            raise ModelError(f"the datatype {self.datatype!r} is none of {known}")
        if any(size < -1 for size in self.shape):
            raise ModelError(f"a dimension is -1 or a size, not {min(self.shape)}")
        if self.low > self.high:
            raise ModelError(f"'low' ({self.low:g}) is above 'high' ({self.high:g})")

    def fits(self, shape: Sequence[int]) -> bool:
        """Whether a tensor of this shape is one."""
        return len(shape) == len(self.shape) and all(
            own in (-1, size) for own, size in zip(self.shape, shape, strict=True)
        )


@dataclass(frozen=True)
class Tensor:
    """A tensor with its elements: as values or as the bytes they came as.

    Attributes:
        name: its name.
        datatype: a datatype of the Open Inference Protocol.
        shape: its dimensions.
        given: the elements in row-major order, or their bytes.
    """

    name: str
    datatype: str
    shape: tuple[int, ...]
    given: Sequence[Any] | bytes

    @cached_property
    def values(self) -> Sequence[Any]:
        """The elements, in row-major order."""
        if isinstance(self.given, bytes):
            return DATATYPES[self.datatype].decode(self.given)
        return self.given

    @cached_property
    def data(self) -> bytes:
        """Their bytes, as the protocol's extension for binary data has them."""
        if isinstance(self.given, bytes):
            return self.given
        return DATATYPES[self.datatype].encode(self.given)

    def nested(self) -> Any:
        """The elements as lists within lists, one level for each dimension."""
        if not self.shape:
            return self.values[0]
        rows: list[Any] = list(self.values)
        for size in reversed(self.shape[1:]):
            count = len(rows) // size if size else 0
            rows = [rows[at * size : (at + 1) * size] for at in range(count)]
        return rows


def tensor_of(name: str, content: Any, datatype: str | None = None) -> Tensor:
    """The tensor that nested lists, or a numpy array, make.

    Args:
        name: its name.
        content: lists within lists, all of one length on each level; a plain value
            makes a tensor without dimensions.
        datatype: None for the one that fits the first element.

    Raises:
        ValueError: the lists differ in length, or an element is not of the datatype.
    """
    nested = content.tolist() if hasattr(content, "tolist") else content
    shape = _shape_of(nested)
    try:
        values = list(_elements(nested, shape))
    except ValueError as error:
        raise ValueError(f"the lists of {name!r} differ in length") from error
    chosen = datatype or _datatype_of(values)
    for value in values:
        complaint = DATATYPES[chosen].complaint(value)
        if complaint:
            raise ValueError(f"{name!r}: {complaint}")
    return Tensor(name, chosen, shape, values)


def _shape_of(nested: Any) -> tuple[int, ...]:
    if not isinstance(nested, list | tuple):
        return ()
    return (len(nested), *(_shape_of(nested[0]) if nested else ()))


def _elements(nested: Any, shape: tuple[int, ...]) -> Iterator[Any]:
    is_list = isinstance(nested, list | tuple)
    if is_list != bool(shape) or (is_list and len(nested) != shape[0]):
        raise ValueError(shape)
    if not is_list:
        yield nested
        return
    for each in nested:
        yield from _elements(each, shape[1:])


def _datatype_of(values: list[Any]) -> str:
    types: dict[type, str] = {bool: "BOOL", int: "INT64", float: "FP32", str: "BYTES"}
    found = {type(value) for value in values} or {float}
    if found == {int, float}:
        found = {float}
    kind = found.pop()
    if found or kind not in types:
        raise ValueError(f"no tensor holds {kind.__name__}s beside other things")
    return types[kind]
