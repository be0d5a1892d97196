"""The steps of a run as a picture shows them, and which of them it shows."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass

from pytest_mlinfra.clock.exploration.races.lines import telling_lines
from pytest_mlinfra.clock.exploration.races.outcome import Outcome
from pytest_mlinfra.clock.exploration.races.watching import Footprint, Line

# Callbacks that belong to no task share a column.
CALLBACKS = "callbacks"


@dataclass(frozen=True)
class Frame:
    """One step.

    Attributes:
        position: among all frames.
        task: whose step it is.
        lines: what it ran; None for lines that are left out.
        waiting: the tasks that are held back meanwhile.
        newly_held: those of them that it is the first to overtake.
        is_released: whether it was held back itself.
        is_about: whether it touches what is contested.
        is_repeated: whether its task ran the same lines in its step before.
    """

    position: int
    task: str
    lines: tuple[Line | None, ...]
    waiting: frozenset[str]
    newly_held: tuple[str, ...]
    is_released: bool
    is_about: bool
    is_repeated: bool

    @property
    def height(self) -> int:
        """How many rows it takes."""
        return max(1, len(self.lines)) + bool(self.newly_held)


def frames_of(outcome: Outcome, about: Collection[Hashable]) -> list[Frame]:
    """The steps that ran a line of the code under test, overtook another, or were held.

    Args:
        outcome: of the run, which was watched.
        about: what is contested.
    """
    frames: list[Frame] = []
    waiting: set[str] = set()
    latest: dict[str, tuple[Line | None, ...]] = {}
    for position, ran in enumerate(outcome.ran):
        task = ran.step.task if ran.step is not None else CALLBACKS
        newly_held = tuple(each for each in ran.held if each not in waiting)
        is_released = task in waiting
        waiting.update(ran.held)
        waiting.discard(task)
        footprint = outcome.footprints.get(position, Footprint())
        lines = tuple(telling_lines(footprint.lines, about))
        is_turning_point = bool(newly_held) or is_released
        if is_turning_point and not lines:
            lines = tuple(footprint.lines[-1:])
        if lines or is_turning_point:
            is_about = not footprint.touches.keys().isdisjoint(about)
            frame = Frame(
                position=len(frames),
                task=task,
                lines=lines,
                waiting=frozenset(waiting),
                newly_held=newly_held,
                is_released=is_released,
                is_about=is_about,
                is_repeated=latest.get(task) == lines,
            )
            latest[task] = lines
            frames.append(frame)
    return frames


def selected(frames: Sequence[Frame], rows: int) -> list[Frame]:
    """The frames that matter most, in their order, with about so many rows altogether."""
    turning_points = [each.position for each in frames if each.newly_held or each.is_released]
    involved = {each.task for each in frames if each.newly_held or each.is_released}
    last = len(frames) - 1

    def importance(frame: Frame) -> tuple[int, int]:
        distance = min((abs(frame.position - each) for each in turning_points), default=0)
        if not distance or frame.position == last:
            return 0, distance
        if frame.is_repeated:
            return 4, distance
        if frame.task in involved:
            return (1 if frame.is_about else 2), distance
        return 3, distance

    kept: list[Frame] = []
    for frame in sorted(frames, key=importance):
        rows -= frame.height
        if rows < 0 and kept and importance(frame)[0]:
            break
        kept.append(frame)
    return sorted(kept, key=lambda each: each.position)
