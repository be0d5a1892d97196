"""The moments at which a task can be cancelled: two for each of its awaits that suspends it."""

from __future__ import annotations

import enum
import re
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Self

from pytest_mlinfra.clock.blame import is_library
from pytest_mlinfra.errors import UsageError

_POINT = re.compile(r"([1-9]\d*)(\+?)")


class Moment(enum.Enum):
    """When, with regard to a suspension."""

    WAITING = ""
    """As the task begins to wait."""
    RESUMING = "+"
    """As it is about to go on: what it waited for has happened."""


@dataclass(frozen=True)
class Point:
    """A moment at which to cancel; as text ``7`` or ``7+``.

    Attributes:
        suspension: which one of the task's suspensions, counted from 1.
        moment: when, with regard to it.
    """

    suspension: int
    moment: Moment = Moment.WAITING

    @classmethod
    def parse(cls, text: str) -> Self:
        """The point that `text` stands for.

        Raises:
            UsageError: it stands for none.
        """
        match = _POINT.fullmatch(text)
        if match is None:
            raise UsageError(
                f"{text!r} is no point to cancel at: it should look like 7 (as the task begins to "
                "wait for the seventh time) or like 7+ (as it is about to go on after that)"
            )
        return cls(int(match[1]), Moment(match[2]))

    def __str__(self) -> str:
        return f"{self.suspension}{self.moment.value}"


@dataclass(frozen=True)
class Suspension:
    """Where a task waited.

    Attributes:
        trail: the lines of the code under test that lead there, outermost first: file and
            line, counted from 1.
        library: the package in which it waits there, if that is neither the code under
            test nor asyncio.
        is_closing: whether a library is about to close something of its own there.
        modules: the names of all modules that are on the way.
        moments: when it makes a difference to cancel there.
    """

    trail: tuple[tuple[str, int], ...]
    library: str
    is_closing: bool
    modules: frozenset[str]
    moments: tuple[Moment, ...]

    @classmethod
    def of(cls, frames: Sequence[FrameType], *, is_bare: bool) -> Self:
        """The suspension in which `frames` are.

        Args:
            frames: those of the task's coroutines, outermost first.
            is_bare: whether it waits for nothing but its next turn.
        """
        modules = [str(frame.f_globals.get("__name__", "")) for frame in frames]
        own = [each for each in frames if not is_library(each.f_code.co_filename)] or frames
        beneath = frames[frames.index(own[-1]) + 1 :] if own else []
        package = modules[-1].partition(".")[0] if modules else ""
        is_in_library = bool(frames) and is_library(frames[-1].f_code.co_filename)
        return cls(
            trail=tuple((each.f_code.co_filename, each.f_lineno) for each in own),
            library=package if is_in_library and package != "asyncio" else "",
            is_closing=any(each.f_code.co_name == "aclose" for each in beneath),
            modules=frozenset(modules),
            moments=_moments(frames, is_bare),
        )

    def is_within(self, names: Collection[str]) -> bool:
        """Whether one of the modules named, or a part of it, is on the way."""
        return any(
            module == name or module.startswith(f"{name}.")
            for module in self.modules
            for name in names
        )


def _moments(frames: Sequence[FrameType], is_bare: bool) -> tuple[Moment, ...]:
    if is_bare:
        # It is about to go on as soon as it begins to wait.
        return (Moment.WAITING,)
    if sys.version_info < (3, 12) and frames and frames[-1].f_code.co_name == "wait_for":
        # Python 3.11 itself loses a cancellation that comes at the moment of the result.
        return (Moment.WAITING,)
    return (Moment.WAITING, Moment.RESUMING)
