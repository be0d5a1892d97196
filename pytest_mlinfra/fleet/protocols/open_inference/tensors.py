"""The body of an inference: JSON, and the bytes of tensors behind it."""

from __future__ import annotations

import gzip
import math
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from pytest_mlinfra.fleet.http import Request
from pytest_mlinfra.fleet.models.datatypes import DATATYPES
from pytest_mlinfra.fleet.models.tensors import Tensor
from pytest_mlinfra.fleet.protocols.body import converted
from pytest_mlinfra.fleet.refusal import Refusal

LENGTH_HEADER = "inference-header-content-length"
_UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": gzip.decompress,
    "deflate": zlib.decompress,
}


class TensorParameters(msgspec.Struct, frozen=True):
    """What is said about one tensor besides its shape."""

    binary_data: bool | None = None
    binary_data_size: int | None = None
    classification: int = 0
    shared_memory_region: str | None = None


class InputTensor(msgspec.Struct, frozen=True):
    """An input as the JSON has it."""

    name: str
    shape: list[int]
    datatype: str
    parameters: TensorParameters = TensorParameters()
    data: list[Any] | None = None


class RequestedOutput(msgspec.Struct, frozen=True):
    """An output that is wanted."""

    name: str
    parameters: TensorParameters = TensorParameters()


class InferParameters(msgspec.Struct, frozen=True):
    """What is said about the whole request, as far as it matters here."""

    binary_data_output: bool = False


class InferRequest(msgspec.Struct, frozen=True):
    """The JSON of a request."""

    inputs: list[InputTensor]
    outputs: list[RequestedOutput] | None = None
    id: str | None = None
    parameters: InferParameters = InferParameters()


def read_request(request: Request) -> tuple[InferRequest, Any, list[Tensor]]:
    """The request, its JSON undecided, and its tensors.

    Raises:
        Refusal: something about it is wrong. The refusal names the input.
    """
    body = _decompressed(request)
    header = request.headers.get(LENGTH_HEADER)
    length = _length(header, len(body)) if header is not None else len(body)
    try:
        content = msgspec.json.decode(body[:length])
    except msgspec.DecodeError as error:
        raise Refusal("bad request", f"the body is not valid JSON: {error}") from error
    asked = converted(content, InferRequest)
    return asked, content, list(_tensors(asked.inputs, body, length))


def _decompressed(request: Request) -> bytes:
    encoding = request.headers.get("content-encoding", "identity")
    if encoding not in _UNPACK:
        raise Refusal("bad request", f"the content encoding {encoding!r} is none of gzip, deflate")
    try:
        return _UNPACK[encoding](request.body)
    except (OSError, EOFError, zlib.error) as error:
        raise Refusal("bad request", f"the body is no {encoding}: {error}") from error


def _length(header: str, size: int) -> int:
    if not header.isdecimal() or int(header) > size:
        raise Refusal(
            "bad request",
            f"{LENGTH_HEADER} must be the length of the JSON, up to {size}, not {header!r}",
        )
    return int(header)


def _tensors(inputs: Iterable[InputTensor], body: bytes, at: int) -> Iterable[Tensor]:
    """The tensors of `inputs`; the bytes of those that have some stand in `body` from `at` on."""
    for given in inputs:
        if given.datatype not in DATATYPES:
            known = ", ".join(DATATYPES)
            raise _wrong(given, f"the datatype {given.datatype!r} is none of {known}")
        if any(size < 0 for size in given.shape):
            raise _wrong(given, f"the shape {given.shape} has a negative dimension")
        if given.parameters.shared_memory_region is not None:
            raise _wrong(given, "this server shares no memory")
        size = given.parameters.binary_data_size
        if size is None:
            yield _from_json(given)
            continue
        if size < 0 or at + size > len(body):
            raise _wrong(given, f"{size} bytes were announced, {len(body) - at} came")
        yield _from_bytes(given, body[at : at + size])
        at += size
    if at < len(body):
        raise Refusal("bad request", f"{len(body) - at} bytes belong to no input")


def _from_json(given: InputTensor) -> Tensor:
    if given.data is None:
        raise _wrong(given, "it has neither 'data' nor 'binary_data_size'")
    values = _flat(given.data)
    for complaint in map(DATATYPES[given.datatype].complaint, values):
        if complaint:
            raise _wrong(given, complaint)
    expected = math.prod(given.shape)
    if len(values) != expected:
        raise _wrong(given, f"the shape {given.shape} needs {expected} elements, not {len(values)}")
    return Tensor(given.name, given.datatype, tuple(given.shape), values)


def _flat(data: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for each in data:
        if isinstance(each, list):
            flat += _flat(each)
        else:
            flat.append(each)
    return flat


def _from_bytes(given: InputTensor, data: bytes) -> Tensor:
    expected = math.prod(given.shape)
    size = DATATYPES[given.datatype].size
    if size is not None and len(data) != expected * size:
        raise _wrong(
            given,
            f"the shape {given.shape} of {given.datatype} needs {expected * size} bytes, "
            f"not {len(data)}",
        )
    tensor = Tensor(given.name, given.datatype, tuple(given.shape), data)
    if size is None:
        try:
            count = len(tensor.values)
        except ValueError as error:
            raise _wrong(given, str(error)) from error
        if count != expected:
            raise _wrong(given, f"the shape {given.shape} needs {expected} strings, not {count}")
    return tensor


def _wrong(given: InputTensor, reason: str) -> Refusal:
    return Refusal("bad request", f"input {given.name!r}: {reason}", where=given.name)


def write_tensors(tensors: Sequence[Tensor], binary: set[str]) -> tuple[list[Any], list[bytes]]:
    """The outputs of a response's JSON, and the bytes behind it.

    Args:
        tensors: the outputs.
        binary: the names of those whose elements go behind the JSON.
    """
    described: list[Any] = []
    behind = []
    for tensor in tensors:
        head: dict[str, Any] = {
            "name": tensor.name,
            "datatype": tensor.datatype,
            "shape": tensor.shape,
        }
        if tensor.name in binary:
            behind.append(tensor.data)
            head["parameters"] = {"binary_data_size": len(tensor.data)}
        else:
            head["data"] = list(tensor.values)
        described.append(head)
    return described, behind
