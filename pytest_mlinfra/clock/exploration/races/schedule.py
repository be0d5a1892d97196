"""Schedules: where a run departs from asyncio's plain order, in a form to write down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, Self

from pytest_mlinfra.errors import UsageError

_PLAIN = "plain"
_STEP = r"(\w+(?::\d+)?)\.([1-9]\d*)"
_HOLD = re.compile(rf"{_STEP}(?:@{_STEP})?(?:\+([1-9]\d*))?")
_STRETCH = re.compile(rf"{_STEP}x([1-9]\d*)")


class Step(NamedTuple):
    """What a task runs from one await to the next.

    Attributes:
        task: the task's name.
        number: which of its steps, counted from 1.
    """

    task: str
    number: int

    def __str__(self) -> str:
        return f"{self.task}.{self.number}"


@dataclass(frozen=True)
class Hold:
    """A step that is ready, and has to wait all the same.

    Attributes:
        step: which one.
        after: the step of another task that goes first; None if no task's does.
        turns: how many further callbacks and polls go first.
    """

    step: Step
    after: Step | None = None
    turns: int = 0

    def __str__(self) -> str:
        after = f"@{self.after}" if self.after else ""
        return f"{self.step}{after}{f'+{self.turns}' if self.turns else ''}"


@dataclass(frozen=True)
class Stretch:
    """A sleep that takes longer than was asked for.

    Attributes:
        sleep: the name of the task that sleeps, and which of its sleeps.
        quarters: how much longer, in quarters of the jitter.
    """

    sleep: Step
    quarters: int

    def __str__(self) -> str:
        return f"{self.sleep}x{self.quarters}"


Deviation = Hold | Stretch


@dataclass(frozen=True)
class Schedule:
    """The deviations of one run from the plain order: first come, first served.

    As text it is made for a command line: in ``writer.2@reader.3`` the second step of
    ``writer`` waits until ``reader`` has run its third; in ``writer.2+1`` it waits for one
    turn; ``writer.1x4`` stretches the first sleep of ``writer``.

    Attributes:
        deviations: in the order in which they came about; the plain order has none.
    """

    deviations: tuple[Deviation, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """The schedule that `text` stands for.

        Raises:
            UsageError: it stands for none.
        """
        parts = [] if text == _PLAIN else text.split(",")
        return cls(tuple(_parse(part, text) for part in parts))

    def __str__(self) -> str:
        return ",".join(map(str, self.deviations)) or _PLAIN

    def __len__(self) -> int:
        return len(self.deviations)


def _parse(part: str, text: str) -> Deviation:
    hold, stretch = _HOLD.fullmatch(part), _STRETCH.fullmatch(part)
    if stretch is not None:
        return Stretch(Step(stretch[1], int(stretch[2])), int(stretch[3]))
    if hold is None or not (hold[3] or hold[5]):
        raise UsageError(
            f"{text!r} is no schedule: {part!r} should look like writer.2@reader.3 (the second "
            "step of writer waits for the third of reader), like writer.2+1 (it waits for one "
            f"turn) or like writer.1x4 (a longer sleep); {_PLAIN} stands for the plain order"
        )
    after = Step(hold[3], int(hold[4])) if hold[3] else None
    return Hold(Step(hold[1], int(hold[2])), after, int(hold[5] or 0))
