"""Small helpers of a training pipeline, mended in other ways."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from json import JSONDecodeError, loads
from operator import mul
from typing import Any


def add_sample(sample: dict, batch: list[dict] | None = None) -> list[dict]:
    """Put a sample at the end of a batch and return it; without a batch, of a new one."""
    grown = [] if batch is None else batch
    grown += [sample]
    return grown


def make_scorers(weights: list[float]) -> list[Callable[[float], float]]:
    """One function for each weight, in order; it multiplies its argument by that weight."""
    return [partial(mul, weight) for weight in weights]


def pair_scores(names: list[str], scores: list[float]) -> list[tuple[str, float]]:
    """Each name with its score. As many scores as names: anything else is a ValueError."""
    if len(names) != len(scores):
        raise ValueError(f"{len(names)} names and {len(scores)} scores")
    return [(name, scores[index]) for index, name in enumerate(names)]


def count_labels(labels: list[str]) -> dict[str, int]:
    """How often each label occurs."""
    return Counter(labels)


def read_config(text: str) -> dict[str, Any] | None:
    """The object in a JSON text, or None if the text is not JSON. No other error is hidden."""
    try:
        return loads(text)
    except JSONDecodeError:
        return None
