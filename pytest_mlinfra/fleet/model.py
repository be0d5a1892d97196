"""A fake model: a name, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


def _echo(instance: Any) -> Any:
    return instance


@dataclass(frozen=True)
class Model:
    """What stands behind a server's routes.

    Attributes:
        name: the model's name, as it appears in answers and in the journal.
        predict: from the JSON of a request to the JSON of the prediction. It runs
            on the loop and must not block.
    """

    name: str
    predict: Callable[[Any], Any] = _echo
