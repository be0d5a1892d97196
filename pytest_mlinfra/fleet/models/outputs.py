"""From the tensors of a request to a model's question, and from its answer to tensors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_mlinfra.fleet.models.tensors import Tensor, TensorSpec, tensor_of
from pytest_mlinfra.fleet.refusal import Refusal


class Nested(Mapping[str, Any]):
    """Tensors by their names, as nested lists that are made when somebody looks.

    Attributes:
        tensors: the tensors.
    """

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        self.tensors = {tensor.name: tensor for tensor in tensors}

    def __getitem__(self, name: str) -> Any:
        return self.tensors[name].nested()

    def __iter__(self) -> Iterator[str]:
        return iter(self.tensors)

    def __len__(self) -> int:
        return len(self.tensors)

    def __repr__(self) -> str:
        return repr(dict(self))


def output_tensors(answer: Any, inputs: Nested, specs: Sequence[TensorSpec]) -> list[Tensor]:
    """The tensors that `answer` stands for.

    Args:
        answer: from names to nested lists, or the nested lists of the only output.
        inputs: what was asked; what comes back under an input's name has its datatype.
        specs: what the model says it gives. If none of the answer's names is among
            them and there are as many, the answer is renamed in order: an echo of
            ``INPUT0`` leaves as ``OUTPUT0``.

    Raises:
        Refusal: the answer makes no tensors, or others than the model says.
    """
    by_name = {spec.name: spec for spec in specs}
    contents: Mapping[str, Any]
    if answer is inputs:
        # Nobody has looked into an echo; its bytes can leave as they came.
        contents = inputs.tensors
    elif isinstance(answer, Mapping):
        contents = answer
    else:
        contents = {specs[0].name if specs else "OUTPUT0": answer}
    names = {name: name for name in contents}
    if specs and len(specs) == len(contents) and not by_name.keys() & contents.keys():
        names = dict(zip(contents, by_name, strict=True))
    try:
        return [
            _tensor(names[name], content, by_name.get(names[name]), inputs.tensors.get(name))
            for name, content in contents.items()
        ]
    except ValueError as error:
        raise Refusal("failed", f"what the model answers makes no tensor: {error}") from error


def _tensor(name: str, content: Any, spec: TensorSpec | None, asked: Tensor | None) -> Tensor:
    datatype = spec.datatype if spec else asked.datatype if asked else None
    if isinstance(content, Tensor):
        if datatype == content.datatype:
            made = Tensor(name, content.datatype, content.shape, content.given)
        else:
            made = tensor_of(name, content.nested(), datatype)
    else:
        made = tensor_of(name, content, datatype)
    if spec and not spec.fits(made.shape):
        raise ValueError(
            f"{name!r} has the shape {list(made.shape)}, and the model's is {list(spec.shape)}"
        )
    return made
