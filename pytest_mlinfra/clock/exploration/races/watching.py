"""Watching the lines of a run: which step ran which, and what they touched."""

from __future__ import annotations

import dis
import enum
import sys
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, NamedTuple

from pytest_mlinfra.clock.blame import is_library
from pytest_mlinfra.clock.exploration.races.accesses import accesses
from pytest_mlinfra.clock.exploration.races.sequencer import StrategicSequencer

_RETURNS = frozenset(
    dis.opmap[name] for name in ("RETURN_VALUE", "RETURN_CONST") if name in dis.opmap
)


class Entry(enum.Enum):
    """How a step came to a line."""

    BEGUN = enum.auto()
    """From the line before."""
    RESUMED = enum.auto()
    """After an await in it."""
    RETURNED = enum.auto()
    """After what it awaited has returned in the same step."""
    ENDED = enum.auto()
    """It was the last one of the task, and the step has come to its end."""


class Line(NamedTuple):
    """A line that a step ran.

    Attributes:
        path: its file.
        number: its number, counted from 1.
        entry: how the step came to it.
        about: what it touches.
    """

    path: str
    number: int
    entry: Entry = Entry.BEGUN
    about: frozenset[Hashable] = frozenset()


@dataclass
class Touch:
    """How one step touched one thing.

    Attributes:
        called: what the step called it.
        reads: whether it read it.
        writes: whether it may have changed it.
        is_guarded: whether the thing is made for tasks to share.
    """

    called: str
    reads: bool = False
    writes: bool = False
    is_guarded: bool = False


@dataclass
class Footprint:
    """What one step did in the code under test.

    Attributes:
        lines: the lines that it ran, in their order.
        touches: what it touched.
    """

    lines: list[Line] = field(default_factory=list)
    touches: dict[Hashable, Touch] = field(default_factory=dict)


class Watcher:
    """Keeps the footprint of each step, by its position in the sequencer's list.

    Takes the place of another trace function, such as a debugger's, for as long as it
    watches.
    """

    def __init__(self, sequencer: StrategicSequencer) -> None:
        self._sequencer = sequencer
        self.footprints: dict[int, Footprint] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch this thread as long as the body runs."""
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            yield
        finally:
            sys.settrace(before)

    def _enter(self, frame: FrameType, _event: str, _argument: object) -> Any:
        code = frame.f_code
        if is_library(code.co_filename):
            return None
        if frame.f_lineno != code.co_firstlineno:
            self._note(frame, Entry.RESUMED)
        return self._follow

    def _follow(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            self._note(frame, Entry.BEGUN)
        elif event == "return" and frame.f_code.co_code[frame.f_lasti] in _RETURNS:
            caller = frame.f_back
            if caller is not None and not is_library(caller.f_code.co_filename):
                self._note(caller, Entry.RETURNED)
            else:
                self._note(frame, Entry.ENDED)
        return self._follow

    def _note(self, frame: FrameType, entry: Entry) -> None:
        position = self._sequencer.begin_callback()
        footprint = self.footprints.setdefault(position, Footprint())
        touched = list(accesses(frame))
        about = frozenset(each.what for each in touched)
        footprint.lines.append(Line(frame.f_code.co_filename, frame.f_lineno, entry, about))
        for each in touched:
            touch = footprint.touches.setdefault(each.what, Touch(each.called))
            touch.writes |= each.is_write
            touch.reads |= not each.is_write
            touch.is_guarded |= each.is_guarded
