"""How well answers were kept away from everything else, in one word and in detail."""

from __future__ import annotations

import enum
from collections.abc import Collection

import msgspec

from pytest_mlinfra.runs.jail import bubblewrap, confine

# The layers that are there wherever an answer has a process of its own.
SPLIT = ("process", "values", "rules", "plan")
# Those that the machine has to have, the outermost first.
WALL = (
    bubblewrap.NETWORK,
    bubblewrap.FILES,
    confine.PROCESSES,
    confine.IDENTITY,
    confine.PRIVILEGES,
    confine.LIMITS,
)
LAYERS = (*SPLIT, *WALL)


class Level(enum.StrEnum):
    """How much of it was reached."""

    FULL = "full"
    """Every layer."""
    PARTIAL = "partial"
    """A process for each answer, and not every layer around it."""
    NONE = "none"
    """Code that is graded ran beside what grades it."""


class Reached(msgspec.Struct, frozen=True):
    """The isolation of a grading.

    Attributes:
        level: in one word.
        layers: the layers that every answer had around it.
        missing: those that some had not.
    """

    level: Level
    layers: tuple[str, ...]
    missing: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.level}, without {', '.join(self.missing)}" if self.missing else self.level


def level_of(layers: Collection[str]) -> Reached:
    """The isolation that `layers` make."""
    reached = tuple(layer for layer in LAYERS if layer in layers)
    missing = tuple(layer for layer in LAYERS if layer not in layers)
    if not missing:
        level = Level.FULL
    else:
        level = Level.PARTIAL if set(SPLIT) <= set(layers) else Level.NONE
    return Reached(level, reached, missing)


def missing_here() -> list[str]:
    """Why this machine cannot reach full isolation; empty if it can."""
    reason = bubblewrap.why_not()
    return [f"the layers {', '.join(WALL)}: {reason}"] if reason else []
