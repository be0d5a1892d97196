"""The picture of an interleaving: a column per task, a row per step, a note per reordering.

::

    A  deposit
    B  deposit:2

    A  B  bank.py
    ●       14  balance = self.balance
            15  await self._log()
    A is ready to go on, but B goes first:
    ┊  ●    14  balance = self.balance
    ┊       16  self.balance = balance + amount
    ●       16  self.balance = balance + amount
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from string import ascii_uppercase

from pytest_mlinfra.clock.blame import is_library
from pytest_mlinfra.clock.exploration.races.contested import contested
from pytest_mlinfra.clock.exploration.races.frames import Frame, frames_of, selected
from pytest_mlinfra.clock.exploration.races.lines import text_of
from pytest_mlinfra.clock.exploration.races.outcome import Outcome
from pytest_mlinfra.clock.exploration.races.schedule import Stretch
from pytest_mlinfra.clock.exploration.races.watching import Line
from pytest_mlinfra.places import fitted

# How many rows of steps are shown.
_ROWS = 20
_RAN, _FAILED, _HELD, _NOTHING = "●", "✗", "┊", " "


def draw(outcome: Outcome, width: int) -> str:
    """The picture of a watched run, in lines of at most `width` columns; empty if it shows nothing."""
    about = contested(outcome)
    frames = selected(frames_of(outcome, about), _ROWS)
    if not frames:
        return ""
    lines = [*_Drawing(frames, outcome).lines()]
    if about:
        lines += ["", f"They share {_enumerated(about.values())}."]
    return "\n".join(fitted(line, width) for line in lines)


class _Drawing:
    def __init__(self, frames: Sequence[Frame], outcome: Outcome) -> None:
        self._frames = frames
        self._stretches = [
            each for each in outcome.schedule.deviations if isinstance(each, Stretch)
        ]
        tasks = dict.fromkeys(each.task for each in frames)
        tasks |= dict.fromkeys(task for each in frames for task in each.newly_held)
        self._letters = dict(zip(tasks, _letters(), strict=False))
        self._failed = _failed_frame(frames, outcome.error)
        paths = {line.path for each in frames for line in each.lines if line is not None}
        self._only_path = paths.pop() if len(paths) == 1 else None
        places = [self._place(line) for each in frames for line in each.lines if line is not None]
        self._width = max(map(len, places), default=0)

    def lines(self) -> Iterator[str]:
        """All of the picture."""
        yield from (f"{letter}  {task}" for task, letter in self._letters.items())
        yield from (
            f"The sleep {each.sleep.number} of {each.sleep.task} takes longer."
            for each in self._stretches
        )
        yield ""
        yield f"{'  '.join(self._letters.values())}  {self._name(self._only_path)}".rstrip()
        before = self._frames[0].position - 1
        for frame in self._frames:
            if frame.position > before + 1:
                yield "⋮"
            before = frame.position
            yield from self._rows(frame)

    def _rows(self, frame: Frame) -> Iterator[str]:
        if frame.newly_held:
            held = " and ".join(self._letters[each] for each in frame.newly_held)
            are = "are" if len(frame.newly_held) > 1 else "is"
            yield f"{held} {are} ready to go on, but {self._letters[frame.task]} goes first:"
        mark = _FAILED if frame is self._failed else _RAN
        for row, line in enumerate(frame.lines or (None,)):
            is_last = row == len(frame.lines) - 1
            own = mark if (is_last if mark == _FAILED else row == 0) else _NOTHING
            yield f"{self._marks(frame, own)}  {self._text(line, bool(frame.lines))}".rstrip()

    def _marks(self, frame: Frame, own: str) -> str:
        return "  ".join(
            own if task == frame.task else _HELD if task in frame.waiting else _NOTHING
            for task in self._letters
        )

    def _text(self, line: Line | None, is_known: bool) -> str:
        if line is None:
            return f"{'':{self._width}}  {'…' if is_known else '(in a library)'}"
        return f"{self._place(line):>{self._width}}  {text_of(line)}"

    def _place(self, line: Line) -> str:
        name = "" if self._only_path else f"{self._name(line.path)}:"
        return f"{name}{line.number}"

    @staticmethod
    def _name(path: str | None) -> str:
        return PurePath(path).name if path else ""


def _letters() -> Iterator[str]:
    yield from ascii_uppercase
    yield from (f"{first}{second}" for first in ascii_uppercase for second in ascii_uppercase)


def _failed_frame(frames: Sequence[Frame], error: BaseException | None) -> Frame | None:
    """The frame that ended with `error`."""
    places = [
        (frame.f_code.co_filename, number)
        for frame, number in traceback.walk_tb(error.__traceback__ if error else None)
        if not is_library(frame.f_code.co_filename)
    ]
    for frame in reversed(frames if places else ()):
        line = frame.lines[-1] if frame.lines else None
        if line is not None and (line.path, line.number) == places[-1]:
            return frame
    return None


def _enumerated(names: Iterable[str]) -> str:
    *most, last = dict.fromkeys(names)
    return f"{', '.join(most)} and {last}" if most else last
