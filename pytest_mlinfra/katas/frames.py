"""Where in the learner's own files an exception passed through."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """One line of a file.

    Attributes:
        path: the file.
        line: the line, counted from 1.
        function: the name of the function that it stands in.
    """

    path: Path
    line: int
    function: str

    @property
    def text(self) -> str:
        """The line itself, without indentation; empty if the file has no such line."""
        # The file may have been edited since another of its lines was looked up.
        linecache.checkcache(str(self.path))
        return linecache.getline(str(self.path), self.line).strip()


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
