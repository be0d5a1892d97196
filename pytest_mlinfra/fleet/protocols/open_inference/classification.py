"""Triton's classification extension: the greatest elements, each with its place."""

from __future__ import annotations

import math

from pytest_mlinfra.fleet.models.tensors import Tensor


def classified(tensor: Tensor, count: int) -> Tensor:
    """The `count` greatest elements of each row, as strings ``value:index``."""
    width = tensor.shape[-1] if tensor.shape else 1
    rows = math.prod(tensor.shape[:-1])
    count = min(count, width)
    labels: list[str] = []
    for row in range(rows):
        values = tensor.values[row * width : (row + 1) * width]
        best = sorted(range(width), key=lambda at: -values[at])[:count]
        labels += [f"{values[at]:f}:{at}" for at in best]
    return Tensor(tensor.name, "BYTES", (*tensor.shape[:-1], count), labels)
