"""How a model is served: how many requests at once, how fast, and from when on."""

from __future__ import annotations

import random
from typing import Literal

import msgspec

from pytest_mlinfra.errors import ModelError

_NANOSECOND_DIGITS = 9


class Serving(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a model's server can do. All times are seconds on the loop's clock.

    Attributes:
        slots: how many requests, or batches of them, are worked on at once; None for
            any number.
        queue: how many more may wait for a slot; None for any number. Whoever comes
            when all are taken is turned away: 429 or 503, as the protocol has it.
        retry_after: what those who are turned away read in ``Retry-After``.
        seconds: what one prediction, inference or embedding takes, or a batch of them.
        seconds_per_row: what each of their rows takes besides.
        time_to_first_token: from a slot to the first token of a generated text.
        time_between_tokens: from each token to the next.
        jitter: by what share of itself each of these times may be longer or shorter.
        seed: another seed draws other jitter.
        load_seconds: how long the model takes to load; it is not ready before.
        load_on: when loading begins. On the first request, that one waits for it.
        max_batch: how many rows of predictions, inferences and embeddings are worked on
            as one; 1 for each by itself.
        max_wait: how long a batch that is not full waits for more, once a slot is free.

    Raises:
        ModelError: a number is below what makes sense.
    """

    slots: int | None = None
    queue: int | None = None
    retry_after: float | None = None
    seconds: float = 0
    seconds_per_row: float = 0
    time_to_first_token: float = 0
    time_between_tokens: float = 0
    jitter: float = 0
    seed: int = 0
    load_seconds: float = 0
    load_on: Literal["start", "first request"] = "start"
    max_batch: int = 1
    max_wait: float = 0

    def __post_init__(self) -> None:
        least = {"slots": 1, "max_batch": 1}
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if name in {"seed", "load_on"} or value is None:
                continue
            if value < least.get(name, 0):
                raise ModelError(f"{name!r} must be at least {least.get(name, 0)}, not {value:g}")
        if self.jitter > 1:
            raise ModelError(f"'jitter' is a share from 0 to 1, not {self.jitter:g}")


class Pace:
    """Draws how long things take, one after another."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._random = random.Random(serving.seed)  # noqa: S311 - a fake, no secret

    def of_rows(self, rows: int) -> float:
        """How long a batch of so many rows takes."""
        return self._drawn(self._serving.seconds + rows * self._serving.seconds_per_row)

    def of_token(self, number: int) -> float:
        """How long the token takes that comes after `number` others of its text."""
        serving = self._serving
        return self._drawn(serving.time_between_tokens if number else serving.time_to_first_token)

    def _drawn(self, seconds: float) -> float:
        if seconds == 0 or self._serving.jitter == 0:
            return seconds
        share = self._random.uniform(-self._serving.jitter, self._serving.jitter)
        return round(seconds * (1 + share), _NANOSECOND_DIGITS)
