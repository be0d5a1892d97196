"""Where in the learner's own files an exception passed through."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Collection, Iterator
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
        return linecache.getline(str(self.path), self.line).strip()


# Where an exception that was made anew, in another process than it was raised in, keeps
# the places that it came through.
PLACES_ATTRIBUTE = "__mlinfra_places__"


def innermost_place(error: BaseException, files: Collection[Path]) -> Place | None:
    """The innermost frame of `error` that runs a line of one of `files`, if any.

    The causes and contexts of an exception are searched after it, so that an
    error which a library translated still leads to the line that began it.
    """
    return next(places_of(error, files), None)


def places_of(error: BaseException, files: Collection[Path]) -> Iterator[Place]:
    """Every frame of `error`, innermost first, that runs a line of one of `files`."""
    names = {str(path) for path in files}
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield from getattr(current, PLACES_ATTRIBUTE, ())
        for frame, line in reversed(list(traceback.walk_tb(current.__traceback__))):
            code = frame.f_code
            if code.co_filename in names:
                yield Place(Path(code.co_filename), line, code.co_name)
        current = current.__cause__ or current.__context__
