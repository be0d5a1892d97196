"""Telling the code under test from that of libraries."""

from __future__ import annotations

import functools
import linecache
import os
import sysconfig
from collections.abc import Iterator
from pathlib import Path, PurePath
from types import FrameType, TracebackType

_SCHEMES = ("stdlib", "platstdlib", "purelib", "platlib")
_LIBRARIES = (
    # What has no file: frozen modules, and functions that dataclasses write.
    "<",
    f"{Path(__file__).parents[2]}{os.sep}",
    *sorted({f"{sysconfig.get_path(name)}{os.sep}" for name in _SCHEMES}),
)


@functools.cache
def is_own(path: str) -> bool:
    """Whether the file at `path` is neither Python's, nor an installed package's, nor ours."""
    return not path.startswith(_LIBRARIES)


def suspended_frames(awaited: object) -> Iterator[FrameType]:
    """The frames from a coroutine down to what it waits for at last, outermost first."""
    while awaited is not None:
        for prefix in ("cr", "gi", "ag"):
            frame = getattr(awaited, f"{prefix}_frame", None)
            if frame is not None:
                yield frame
                break
        else:
            return
        awaited = getattr(awaited, "gi_yieldfrom" if prefix == "gi" else f"{prefix}_await", None)


def quoted(path: str, line: int) -> str:
    """A line as messages show it: the file's name, the number, and what stands there."""
    return f"{PurePath(path).name}:{line}: {linecache.getline(path, line).strip()}".rstrip(": ")


def innermost_own(frames: list[FrameType]) -> FrameType | None:
    """The innermost frame of the code under test, or just the innermost if there is none."""
    own = [frame for frame in frames if is_own(frame.f_code.co_filename)]
    candidates = own or frames
    return candidates[-1] if candidates else None


def own_traceback(error: BaseException) -> TracebackType | None:
    """The traceback of `error` from the first line of the code under test on."""
    traceback = error.__traceback__
    while traceback is not None and not is_own(traceback.tb_frame.f_code.co_filename):
        traceback = traceback.tb_next
    return traceback or error.__traceback__
