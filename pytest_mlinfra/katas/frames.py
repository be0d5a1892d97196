"""Where in the learner's own files an exception passed through."""

from __future__ import annotations

import traceback
from collections.abc import Collection, Sequence
from pathlib import Path

from pytest_mlinfra.places import Place


def innermost_place(error: BaseException, files: Collection[Path]) -> Place | None:
    """The innermost frame of `error` that runs a line of one of `files`, if any.

    The causes and contexts of an exception are searched after it, so that an
    error which a library translated still leads to the line that began it.
    """
    names = {str(path) for path in files}
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        for frame, line in reversed(list(traceback.walk_tb(current.__traceback__))):
            code = frame.f_code
            if code.co_filename in names:
                return Place(Path(code.co_filename), line, code.co_name)
        current = current.__cause__ or current.__context__
    return None


def innermost_among(places: Sequence[tuple[str, int]], files: Collection[Path]) -> Place | None:
    """The last of `places`, each a file and a line, that is in one of `files`, if any."""
    names = {str(path) for path in files}
    own = [(path, line) for path, line in places if path in names]
    return Place(Path(own[-1][0]), own[-1][1], "") if own else None
