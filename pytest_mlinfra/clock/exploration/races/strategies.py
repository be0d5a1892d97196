"""Who decides which ready step has to wait: a schedule, or chance."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pytest_mlinfra.clock.exploration.races.schedule import Hold, Schedule, Step, Stretch


@dataclass
class Wait:
    """What has gone before a step that was ready.

    Attributes:
        passed_by: the steps of other tasks, in their order.
        turns: callbacks and polls since the last of them.
        total: everything.
    """

    passed_by: list[Step]
    turns: int = 0
    total: int = 0


class Strategy(Protocol):
    """Decides how far back ready steps stand, and which sleeps take longer."""

    def rank(self, step: Step, wait: Wait, done: Mapping[str, int]) -> float:
        """How far back a step stands that is ready.

        Args:
            step: which one.
            wait: what it has let pass so far.
            done: how many steps each task has run.

        Returns:
            0 for "its turn has come"; more, for "whoever has less goes first".
        """
        ...

    def stretch(self, sleep: Step) -> int:
        """By how many quarters of the jitter a sleep is to be longer."""
        ...


class Replay:
    """Follows a schedule; the plain order, if it is empty."""

    def __init__(self, schedule: Schedule) -> None:
        self._holds = {each.step: each for each in schedule.deviations if isinstance(each, Hold)}
        self._stretches = {
            each.sleep: each.quarters for each in schedule.deviations if isinstance(each, Stretch)
        }

    def rank(self, step: Step, wait: Wait, done: Mapping[str, int]) -> float:
        """1 as long as the schedule has the step wait."""
        hold = self._holds.get(step)
        if hold is None:
            return 0
        if hold.after is None:
            return wait.total < hold.turns
        return done.get(hold.after.task, 0) < hold.after.number or wait.turns < hold.turns

    def stretch(self, sleep: Step) -> int:
        """What the schedule says."""
        return self._stretches.get(sleep, 0)


class Shuffle:
    """Holds each step with the same probability, for as long as something else can run.

    Args:
        generator: where chance comes from.
        probability: of a hold.
        is_jittery: whether half of all sleeps are stretched, too.
    """

    def __init__(
        self, generator: random.Random, probability: float, *, is_jittery: bool = False
    ) -> None:
        self._random = generator
        self._probability = probability
        self._is_jittery = is_jittery
        self._ranks: dict[Step, float] = {}

    def rank(self, step: Step, wait: Wait, done: Mapping[str, int]) -> float:
        """Drawn when the step is first seen."""
        rank = self._ranks.get(step)
        if rank is None:
            is_held = self._random.random() < self._probability
            rank = self._ranks[step] = self._random.random() if is_held else 0
        return rank

    def stretch(self, sleep: Step) -> int:
        """Nothing in half of all cases, else one to four quarters."""
        return max(0, self._random.randint(-3, 4)) if self._is_jittery else 0
