"""Numbers that look like a model's and are the same at every run."""

from __future__ import annotations

import math
import random
from typing import Any

import msgspec

from pytest_mlinfra.fleet.models.datatypes import DATATYPES
from pytest_mlinfra.fleet.models.question import Question
from pytest_mlinfra.fleet.models.tensors import Tensor, TensorSpec

_ANY_OUTPUT = (TensorSpec("OUTPUT0", "FP32", (-1, 1)),)


class Seeded(
    msgspec.Struct, frozen=True, tag_field="kind", tag="seeded", forbid_unknown_fields=True
):
    """Answers with numbers drawn for the tensors that the model says it gives.

    They depend on the seed and on the question, and on nothing else: who asks the same
    again gets the same again.

    Attributes:
        seed: another seed draws other numbers.
    """

    seed: int = 0

    def answer(self, question: Question) -> Any:
        """For each output, nested lists; of a sole output, only those."""
        rows = _rows_of(question)
        asked = msgspec.json.encode(question.input, enc_hook=dict, order="sorted")
        drawn = {}
        for spec in question.outputs or _ANY_OUTPUT:
            # A text as the seed is the same in every process, unlike its hash.
            source = random.Random(f"{self.seed} {spec.name} {asked.decode()}")  # noqa: S311
            drawn[spec.name] = _draw(spec, rows, source)
        if question.kind == "infer" or len(drawn) > 1:
            return drawn
        (content,) = drawn.values()
        # A question of one row is answered with one row.
        is_row = isinstance(content, list) and len(content) == rows == 1
        return content[0] if is_row else content


def _rows_of(question: Question) -> int:
    """How many rows the question has: the first dimension of its first tensor."""
    if question.kind == "infer" and question.input:
        first = next(iter(question.input.values()))
        return len(first) if isinstance(first, list) else 1
    return 1


def _draw(spec: TensorSpec, rows: int, source: random.Random) -> Any:
    shape = tuple(rows if size == -1 else size for size in spec.shape)
    values = [_element(spec, source) for _ in range(math.prod(shape))]
    datatype = DATATYPES[spec.datatype]
    if datatype.python is float:
        # As precise as the datatype, so that JSON and bytes say the same.
        values = list(datatype.decode(datatype.encode(values)))
    return Tensor(spec.name, spec.datatype, shape, values).nested()


def _element(spec: TensorSpec, source: random.Random) -> Any:
    kind = DATATYPES[spec.datatype].python
    if kind is float:
        return source.uniform(spec.low, spec.high)
    if kind is int:
        return source.randint(math.ceil(spec.low), math.floor(spec.high))
    if kind is bool:
        return source.random() < 1 / 2
    return f"{source.getrandbits(32):08x}"


def unit_vector(text: str, size: int) -> list[float]:
    """A vector of length 1 that depends on `text` alone, as precise as a single float.

    Args:
        text: what it stands for.
        size: how many dimensions it has.
    """
    source = random.Random(f"embedding {text}")  # noqa: S311 - a fake, no secret
    drawn = [source.gauss(0, 1) for _ in range(size)]
    length = math.hypot(*drawn) or 1.0
    single = DATATYPES["FP32"]
    return list(single.decode(single.encode([each / length for each in drawn])))
