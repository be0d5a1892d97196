"""Saying that some code may block: around it, or by the name of the function."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from types import FrameType

_is_allowed: ContextVar[bool] = ContextVar("mlinfra_blocking_is_allowed", default=False)

# Modules whose waiting is nobody's mistake. Some look at files on behalf of Python
# itself; some are there to stop a program.
_HARMLESS = frozenset(
    {
        "_pydevd_bundle",
        "_pytest",
        "bdb",
        "coverage",
        "debugpy",
        "hypothesis",
        "importlib",
        "inspect",
        "linecache",
        "logging",
        "mimetypes",
        "pdb",
        "pydevd",
        "tokenize",
        "traceback",
        "warnings",
        "zipimport",
        "zoneinfo",
    }
)


@contextlib.contextmanager
def allow_blocking() -> Iterator[None]:
    """Let the body of a ``with`` block the event loop.

    It holds for the task that the body runs in, and for those that it starts.
    """
    token = _is_allowed.set(True)
    try:
        yield
    finally:
        _is_allowed.reset(token)


def is_allowed_here() -> bool:
    """Whether the running code is in a body of `allow_blocking`."""
    return _is_allowed.get()


def is_harmless(frames: list[FrameType]) -> bool:
    """Whether one of the libraries on the way to a blocking call makes it nobody's mistake."""
    return any(
        str(frame.f_globals.get("__name__", "")).partition(".")[0] in _HARMLESS for frame in frames
    )


def names_of(frame: FrameType) -> set[str]:
    """The names by which the function that `frame` runs may be allowed to block."""
    function = frame.f_code.co_qualname.replace(".<locals>", "")
    return {function, f"{frame.f_globals.get('__name__', '')}.{function}"}
