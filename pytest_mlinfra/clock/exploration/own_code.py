"""Pointing at the code under test, where libraries stand around it."""

from __future__ import annotations

import linecache
from pathlib import PurePath
from types import FrameType, TracebackType

from pytest_mlinfra.clock.blame import is_library


def quoted(path: str, line: int) -> str:
    """A line as messages show it: the file's name, the number, and what stands there."""
    return f"{PurePath(path).name}:{line}: {linecache.getline(path, line).strip()}".rstrip(": ")


def innermost_own(frames: list[FrameType]) -> FrameType | None:
    """The innermost frame of the code under test, or just the innermost if there is none."""
    own = [frame for frame in frames if not is_library(frame.f_code.co_filename)]
    candidates = own or frames
    return candidates[-1] if candidates else None


def own_traceback(error: BaseException) -> TracebackType | None:
    """The traceback of `error` from the first line of the code under test on."""
    traceback = error.__traceback__
    while traceback is not None and is_library(traceback.tb_frame.f_code.co_filename):
        traceback = traceback.tb_next
    return traceback or error.__traceback__
