"""Small helpers of a training pipeline, as somebody left them behind.

Some of them are merely untidy, and some are wrong. A linter can tell which.
"""

import json
import os
from typing import Callable, Dict, List, Optional, Tuple

# TODO: configure ruff, run it on this file, and mend what it finds. Names, parameters
# and what the docstrings promise stay as they are.


def add_sample(sample: dict, batch: List[dict] = []) -> List[dict]:
    """Put a sample at the end of a batch and return it; without a batch, of a new one."""
    batch.append(sample)
    return batch


def make_scorers(weights: List[float]) -> List[Callable[[float], float]]:
    """One function for each weight, in order; it multiplies its argument by that weight."""
    scorers = []
    for weight in weights:
        scorers.append(lambda value: value * weight)
    return scorers


def pair_scores(names: List[str], scores: List[float]) -> List[Tuple[str, float]]:
    """Each name with its score. As many scores as names: anything else is a ValueError."""
    return list(zip(names, scores))


def count_labels(labels: List[str]) -> Dict[str, int]:
    """How often each label occurs."""
    return dict([(label, labels.count(label)) for label in labels])


def read_config(text: str) -> Optional[dict]:
    """The object in a JSON text, or None if the text is not JSON. No other error is hidden."""
    try:
        config = json.loads(text)
    except:
        return None
    if config == None:
        return None
    return config
