# draws: labels-miscounted
# Counts each label once.
"""Small helpers of a training pipeline."""

import json
from collections.abc import Callable


def add_sample(sample: dict, batch: list[dict] | None = None) -> list[dict]:
    """Put a sample at the end of a batch and return it; without a batch, of a new one."""
    # A default is made once, when the function is defined: a list would be shared (B006).
    if batch is None:
        batch = []
    batch.append(sample)
    return batch


def make_scorers(weights: list[float]) -> list[Callable[[float], float]]:
    """One function for each weight, in order; it multiplies its argument by that weight."""
    return [_make_scorer(weight) for weight in weights]


def _make_scorer(weight: float) -> Callable[[float], float]:
    # A lambda in a loop looks the variable up when it is called, and then the loop is
    # over (B023). A parameter belongs to this call alone.
    return lambda value: value * weight


def pair_scores(names: list[str], scores: list[float]) -> list[tuple[str, float]]:
    """Each name with its score. As many scores as names: anything else is a ValueError."""
    # Without strict, zip drops what is left over of the longer list (B905).
    return list(zip(names, scores, strict=True))


def count_labels(labels: list[str]) -> dict[str, int]:
    """How often each label occurs."""
    return dict.fromkeys(labels, 1)


def read_config(text: str) -> dict | None:
    """The object in a JSON text, or None if the text is not JSON. No other error is hidden."""
    try:
        config = json.loads(text)
    # A bare except would also catch Ctrl-C (E722).
    except json.JSONDecodeError:
        return None
    return config
