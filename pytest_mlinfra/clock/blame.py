"""Whose line is to blame for what a stack of frames did.

Libraries do as they are told, so the question is put to the frames from the inside
out: the first one that is no library's decides.
"""

from __future__ import annotations

import asyncio
import enum
import functools
import gc
import os
import site
import sys
import sysconfig
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import AsyncGeneratorType, CodeType, FrameType
from typing import Any

from pytest_mlinfra.places import Place

_SCHEMES = ("stdlib", "platstdlib", "purelib", "platlib", "scripts")
# Our own code is a tool as any library is: whoever calls it is asked.
_OURS = f"{Path(__file__).parents[1]}{os.sep}"
CLOCK = f"{Path(__file__).parent}{os.sep}"
_LIBRARIES = (
    # Modules that are frozen, and functions that dataclasses and their like write.
    "<",
    _OURS,
    f"{site.getusersitepackages()}{os.sep}",
    *sorted({f"{sysconfig.get_path(name)}{os.sep}" for name in _SCHEMES}),
)
# What lies further out is not what the running callback or task does.
_STEP = asyncio.events.Handle._run.__code__  # noqa: SLF001 - the one way to know a step

# Coroutines, generators and async generators name their frames alike.
_PREFIXES = ("cr", "gi", "ag")
_STEPS_OF_GENERATORS = frozenset(
    {"anext_awaitable", "async_generator_asend", "async_generator_athrow"}
)


class Standing(enum.Enum):
    """What a frame means for the question who is to blame."""

    LIBRARY = enum.auto()
    """Nothing: whoever called it is asked next."""
    OWN = enum.auto()
    """It is to blame."""
    EXEMPT = enum.auto()
    """Nobody is: it may do as it likes."""


@dataclass(frozen=True)
class Trail:
    """The frames from something that happened out to whoever is to blame for it.

    Attributes:
        libraries: those of libraries, the innermost first.
        culprit: the one to blame; None if nobody is.
        is_exempt: whether nobody is since whoever did it may do as it likes, and not
            because libraries are all there is.
    """

    libraries: list[FrameType]
    culprit: FrameType | None
    is_exempt: bool


class Blame:
    """Finds the line to blame.

    Args:
        standing: what a frame of the file with the given name means.
    """

    def __init__(self, standing: Callable[[str], Standing]) -> None:
        self._standing = standing
        self._known: dict[str, Standing] = {}

    def standing_of(self, name: str) -> Standing:
        """What a frame of the file with that name means."""
        standing = self._known.get(name)
        if standing is None:
            standing = self._known[name] = self._standing(name)
        return standing

    def owns(self, code: CodeType) -> bool:
        """Whether `code` is under test."""
        return self.standing_of(code.co_filename) is Standing.OWN

    def trail(self, frame: FrameType | None) -> Trail:
        """Who did what happens in `frame`.

        Args:
            frame: where to begin; the search goes outwards from it, to the end of the
                running task's step.
        """
        libraries: list[FrameType] = []
        while frame is not None and frame.f_code is not _STEP:
            match self.standing_of(frame.f_code.co_filename):
                case Standing.LIBRARY:
                    libraries.append(frame)
                case Standing.OWN:
                    return Trail(libraries, frame, is_exempt=False)
                case Standing.EXEMPT:
                    return Trail(libraries, None, is_exempt=True)
            frame = frame.f_back
        return Trail(libraries, None, is_exempt=False)


def own_code() -> Blame:
    """Blames everything but libraries and this package."""
    return Blame(lambda name: Standing.LIBRARY if is_library(name) else Standing.OWN)


def only(files: Collection[Path], tests: Callable[[Path], bool]) -> Blame:
    """Blames some files and nothing else.

    Args:
        files: the files.
        tests: whether a path is that of a test, which may do as it likes.
    """
    names = {str(path) for path in files}

    def standing(name: str) -> Standing:
        if name in names:
            return Standing.OWN
        return Standing.EXEMPT if tests(Path(name)) else Standing.LIBRARY

    return Blame(standing)


@functools.cache
def is_library(name: str) -> bool:
    """Whether the file of that name belongs to Python, to an installed package or to us.

    So does what the user has installed for themselves alone, and a command's own file.
    """
    return name.startswith(_LIBRARIES)


def place_of(frame: FrameType) -> Place:
    """The line that `frame` is at."""
    code = frame.f_code
    return Place(Path(code.co_filename), frame.f_lineno, code.co_name)


def definition(code: CodeType) -> Place:
    """The line where a function begins."""
    return Place(Path(code.co_filename), code.co_firstlineno, code.co_name)


def cleans_up(name: str) -> bool:
    """Whether the file of that name is our own, and not of the loop that all code runs on.

    What it makes, such as a fake server, it also puts an end to.
    """
    return name.startswith(_OURS) and not name.startswith(CLOCK)


def caller(package: str = _OURS) -> FrameType | None:
    """The innermost frame of this thread that is not of our own.

    Args:
        package: what is our own: files of that folder.
    """
    return outside(sys._getframe(1), package, __file__)  # noqa: SLF001 - the one way to know


def outside(frame: FrameType | None, *files: str) -> FrameType | None:
    """The first frame from `frame` outwards that is of none of the given files or folders."""
    while frame is not None and frame.f_code.co_filename.startswith(files):
        frame = frame.f_back
    return frame


def step_of(frame: FrameType | None) -> FrameType | None:
    """The frame that runs the step of the loop which `frame` is part of, if it is of any."""
    while frame is not None and frame.f_code is not _STEP:
        frame = frame.f_back
    return frame


def suspended_frames(awaited: Any) -> Iterator[FrameType]:
    """The frames from a coroutine down to what it waits for at last, outermost first."""
    while awaited is not None:
        if type(awaited).__name__ in _STEPS_OF_GENERATORS:
            awaited = _asked_by(awaited)
        prefix = next((each for each in _PREFIXES if hasattr(awaited, f"{each}_frame")), None)
        if prefix is None:
            return
        frame = getattr(awaited, f"{prefix}_frame")
        if frame is not None:
            yield frame
        awaited = getattr(awaited, "gi_yieldfrom" if prefix == "gi" else f"{prefix}_await")


def _asked_by(step: object) -> object:
    """The async generator that is asked by an `anext`, an ``async for`` and their like.

    What they await says nowhere whose it is, but the garbage collector knows.
    """
    for referent in gc.get_referents(step):
        if type(referent).__name__ in _STEPS_OF_GENERATORS:
            return _asked_by(referent)
        if isinstance(referent, AsyncGeneratorType):
            return referent
    return None
