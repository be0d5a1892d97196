"""Every object that was made since one began to watch, and none that was there before.

Whatever is there at the beginning is put out of the garbage collector's sight for a
while. So looking at all new objects, and collecting all new garbage, takes a moment,
and what other tests have left lying about is neither seen nor collected.
"""

from __future__ import annotations

import gc

_depth = 0


def begin() -> None:
    """Take everything that is there as old; within another beginning, this changes nothing."""
    global _depth  # noqa: PLW0603 - there is one garbage collector
    _depth += 1
    if _depth == 1 and hasattr(gc, "freeze"):
        gc.freeze()


def look() -> list[object]:
    """The new objects that are still needed; new garbage is collected."""
    gc.collect()
    return gc.get_objects()


def end() -> None:
    """Take everything as the garbage collector has always taken it."""
    global _depth  # noqa: PLW0603 - see above
    _depth -= 1
    if _depth == 0 and hasattr(gc, "freeze"):
        gc.unfreeze()
