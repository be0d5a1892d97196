"""``POST /v2/models/{model}/infer``: tensors in, tensors out."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Model, Models, ServedModel, Tensor
from pytest_mlinfra.fleet.protocols.open_inference.classification import classified
from pytest_mlinfra.fleet.protocols.open_inference.tensors import (
    LENGTH_HEADER,
    InferRequest,
    RequestedOutput,
    TensorParameters,
    read_request,
    write_tensors,
)
from pytest_mlinfra.fleet.protocols.open_inference.versions import model_routes
from pytest_mlinfra.fleet.protocols.route import Route
from pytest_mlinfra.fleet.refusal import Refusal


def infer_routes(models: Models) -> Iterable[Route]:
    """The route, without and with a version."""

    async def infer(request: Request, model: ServedModel) -> Response:
        asked, body, inputs = read_request(request)
        _check_inputs(inputs, model.model)
        outputs = await model.infer(inputs, body)
        response = _response(asked, model.model, outputs)
        return _compressed(response, request.headers.get("accept-encoding", ""))

    yield from model_routes(models, "POST", "/infer", infer)


def _check_inputs(inputs: Sequence[Tensor], model: Model) -> None:
    """Hold a request to the inputs that the model says it takes, if it says so."""
    if not inputs:
        raise Refusal("bad request", "the request has no input", where="inputs")
    given = {tensor.name: tensor for tensor in inputs}
    if len(given) < len(inputs):
        raise Refusal("bad request", "two inputs have one name", where="inputs")
    expected = {spec.name: spec for spec in model.inputs}
    if expected and given.keys() != expected.keys():
        raise Refusal(
            "bad request",
            f"the model {model.name!r} takes {_listed(expected)}, not {_listed(given)}",
            where="inputs",
        )
    for name, spec in expected.items():
        tensor = given[name]
        if tensor.datatype != spec.datatype:
            raise Refusal(
                "bad request",
                f"input {name!r}: the model takes {spec.datatype}, not {tensor.datatype}",
                where=name,
            )
        if not spec.fits(tensor.shape):
            raise Refusal(
                "bad request",
                f"input {name!r}: the model takes the shape {list(spec.shape)}, "
                f"not {list(tensor.shape)}",
                where=name,
            )
    batch = model.serving.max_batch
    if expected and batch > 1 and (rows := inputs[0].shape[0]) > batch:
        raise Refusal("bad request", f"the model takes {batch} rows at most, not {rows}")


def _listed(names: Iterable[str]) -> str:
    return " and ".join(map(repr, names))


def _response(asked: InferRequest, model: Model, outputs: Sequence[Tensor]) -> Response:
    everything = asked.parameters.binary_data_output
    wanted = asked.outputs or [RequestedOutput(tensor.name) for tensor in outputs]
    by_name = {tensor.name: tensor for tensor in outputs}
    chosen, binary = [], set()
    for output in wanted:
        if output.name not in by_name:
            raise Refusal(
                "bad request",
                f"the model {model.name!r} gives {_listed(by_name)}, not {output.name!r}",
                where="outputs",
            )
        chosen.append(_as_wanted(by_name[output.name], output.parameters))
        is_binary = output.parameters.binary_data
        if everything if is_binary is None else is_binary:
            binary.add(output.name)
    described, behind = write_tensors(chosen, binary)
    head: dict[str, Any] = {"model_name": model.name, "model_version": model.version}
    if asked.id is not None:
        head["id"] = asked.id
    content = msgspec.json.encode({**head, "outputs": described})
    if not behind:
        return Response(body=content, headers={"content-type": "application/json"})
    headers = {"content-type": "application/octet-stream", LENGTH_HEADER: str(len(content))}
    return Response(body=b"".join([content, *behind]), headers=headers)


def _as_wanted(tensor: Tensor, parameters: TensorParameters) -> Tensor:
    if parameters.classification:
        return classified(tensor, parameters.classification)
    return tensor


def _compressed(response: Response, accepted: str) -> Response:
    """`response`, packed as the client would have it; Triton does so for inferences only."""
    names = {part.partition(";")[0].strip() for part in accepted.split(",")}
    for name, pack in (("gzip", gzip.compress), ("deflate", zlib.compress)):
        if name in names:
            headers = {**response.headers, "content-encoding": name}
            # At the lowest level: the loop stands still meanwhile.
            return Response(response.status, pack(response.body, 1), headers)
    return response
