"""Where in the learner's own files an exception passed through."""

from __future__ import annotations

import traceback
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from pytest_mlinfra.places import Place

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
    """The frames of `error` that run a line of one of `files`, innermost first.

    Those of its causes and contexts come after its own.
    """
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


def innermost_among(places: Sequence[tuple[str, int]], files: Collection[Path]) -> Place | None:
    """The last of `places`, each a file and a line, that is in one of `files`, if any."""
    names = {str(path) for path in files}
    own = [(path, line) for path, line in places if path in names]
    return Place(Path(own[-1][0]), own[-1][1], "") if own else None
