"""Which order each seed stands for.

The first is the plain order. Of the rest, most swap two steps that touched the same
thing, the most promising ones first; some shuffle, to find what nobody thought of.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from pytest_mlinfra.clock.exploration.races.schedule import Hold, Schedule
from pytest_mlinfra.clock.exploration.races.strategies import Replay, Shuffle, Strategy

# Of so many seeds, one shuffles; with jitter, of so many.
_CYCLE = 4
_CYCLE_WITH_JITTER = 2
_PROBABILITIES = (0.5, 1.0, 0.2)


def plain() -> Strategy:
    """First come, first served."""
    return Replay(Schedule())


class Plan:
    """Assigns strategies to seeds from 1.

    Args:
        holds: the promising ones, the best first.
        is_jittery: whether sleeps may be stretched.
    """

    def __init__(self, holds: Sequence[Hold], *, is_jittery: bool) -> None:
        self._holds = holds
        self._is_jittery = is_jittery

    def strategy(self, seed: int) -> Strategy:
        """The strategy of a seed; for the same plan always the same."""
        generator = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
        cycle = _CYCLE_WITH_JITTER if self._is_jittery else _CYCLE
        round_, position = divmod(seed - 1, cycle)
        directed = round_ * (cycle - 1) + position
        if position == cycle - 1 or not self._holds:
            return self._shuffle(generator, round_)
        if directed < len(self._holds):
            return Replay(Schedule((self._holds[directed],)))
        if len(self._holds) > 1 and directed % 2:
            return Replay(Schedule(tuple(generator.sample(self._holds, 2))))
        return self._shuffle(generator, round_ + 1)

    def _shuffle(self, generator: random.Random, number: int) -> Strategy:
        probability = _PROBABILITIES[number % len(_PROBABILITIES)]
        return Shuffle(generator, probability, is_jittery=self._is_jittery)
