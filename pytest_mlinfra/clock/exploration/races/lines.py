"""Which lines of a step to show, and what stands on them."""

from __future__ import annotations

import linecache
from collections.abc import Collection, Hashable, Iterator, Sequence

from pytest_mlinfra.clock.exploration.races.watching import Entry, Line

# How many lines of one step are shown at most.
_MOST = 4
# Going on after these does nothing that the next line would not show.
_BARE_AWAITS = ("await ", "async with ", "async for ", "return await ")


def telling_lines(lines: Sequence[Line], about: Collection[Hashable]) -> list[Line | None]:
    """The lines of a step that tell what it did, in their order; None for those left out.

    Args:
        lines: all that it ran.
        about: what is of interest: lines that touch it are shown before others.
    """
    if all(line.entry is Entry.RESUMED for line in lines):
        # It went on, and to the next await, in a library only.
        return []
    telling = list(_without_bare_awaits(lines)) or [lines[-1]]
    if len(telling) <= _MOST:
        return [*telling]
    last = len(telling) - 1

    def importance(index: int) -> tuple[bool, int]:
        return telling[index].about.isdisjoint(about), min(index, 2 * (last - index))

    shown: list[Line | None] = []
    before = -1
    for index in sorted(sorted(range(len(telling)), key=importance)[:_MOST]):
        if index > before + 1:
            shown.append(None)
        shown.append(telling[index])
        before = index
    return [*shown, None] if before < last else shown


def text_of(line: Line) -> str:
    """What stands on a line, without its indentation."""
    return linecache.getline(line.path, line.number).strip()


def _without_bare_awaits(lines: Sequence[Line]) -> Iterator[Line]:
    begun = next(
        (index for index, line in enumerate(lines) if line.entry is not Entry.RESUMED), len(lines)
    )
    shown: set[tuple[str, int]] = set()
    latest = ("", 0)
    # A step goes on in all functions that await each other; only the innermost does something.
    for index, line in enumerate(lines[max(0, begun - 1) :]):
        place = (line.path, line.number)
        is_continued = (index == 0 and begun > 0) or line.entry is not Entry.BEGUN
        is_known = place == latest or (line.entry is Entry.RETURNED and place in shown)
        is_bare = is_continued and text_of(line).startswith(_BARE_AWAITS)
        if line.entry is not Entry.ENDED and not is_bare and not is_known:
            yield line
            shown.add(place)
            latest = place
