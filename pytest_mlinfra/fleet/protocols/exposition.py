"""Prometheus' text format: families of samples, written to the letter.

Source: Prometheus' page on its exposition formats, text-based format 0.0.4.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Sample:
    """One line with a figure.

    Attributes:
        name: the family's name, for a histogram with a suffix.
        labels: by name.
        value: the figure.
    """

    name: str
    labels: Labels
    value: float


@dataclass
class Family:
    """Samples that belong together.

    Attributes:
        name: its name.
        kind: its type.
        text: what it means, for people.
        samples: its samples.
    """

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    text: str
    samples: list[Sample] = field(default_factory=list)

    def add(self, value: float, labels: Labels, suffix: str = "") -> None:
        """Add a sample; of a histogram, for one of its parts."""
        self.samples.append(Sample(self.name + suffix, labels, value))


def histogram(
    family: Family, bounds: Iterable[float], values: Iterable[tuple[float, int]], labels: Labels
) -> None:
    """Add the buckets, the sum and the count of one histogram.

    Args:
        family: what they are added to.
        bounds: the upper bounds of the buckets, ascending, without infinity.
        values: each value that was seen, and how often.
        labels: of all the samples.
    """
    seen = list(values)
    for bound in (*bounds, math.inf):
        within = sum(count for value, count in seen if value <= bound)
        family.add(within, {**labels, "le": _number(bound)}, "_bucket")
    family.add(sum(value * count for value, count in seen), labels, "_sum")
    family.add(sum(count for _, count in seen), labels, "_count")


def exposition(families: Iterable[Family]) -> str:
    """The families as text; one without a sample is left out."""
    return "".join(line + "\n" for family in families if family.samples for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    text = family.text.replace("\\", "\\\\").replace("\n", "\\n")
    yield f"# HELP {family.name} {text}"
    yield f"# TYPE {family.name} {family.kind}"
    for sample in family.samples:
        labels = ",".join(f'{name}="{_escaped(text)}"' for name, text in sample.labels.items())
        braced = f"{{{labels}}}" if labels else ""
        yield f"{sample.name}{braced} {_number(sample.value)}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) else repr(value)
