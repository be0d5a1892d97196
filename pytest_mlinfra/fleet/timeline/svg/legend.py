"""The legend: a sample of each mark that occurs, with its meaning, in lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pytest_mlinfra.fleet.exchange import Outcome
from pytest_mlinfra.fleet.timeline.svg.bars import Bar
from pytest_mlinfra.fleet.timeline.svg.elements import Box, line, path, rectangle, text

LINE = 20.0  # the height of a line
_SAMPLE = 22.0  # the width of a sample, with the space behind it
_BETWEEN = 24.0
_LETTER = 6.7
_SIZE = 11.0

_MARKS: dict[str, Outcome] = {
    "faulted": "faulted",
    "reset": "reset",
    "cancelled": "cancelled",
    "in flight": "in flight",
}


class Legend:
    """Entries that flow from left to right.

    Args:
        entries: names of marks and what they mean; see `legend_of`.
        left: where the lines begin.
        right: where they have to end.
    """

    def __init__(self, entries: Iterable[tuple[str, str]], left: float, right: float) -> None:
        self._placed: list[tuple[str, str, float, int]] = []
        x, row = left, 0
        for name, words in entries:
            width = _sample_width(name) + len(words) * _LETTER
            if x > left and x + width > right:
                x, row = left, row + 1
            self._placed.append((name, words, x, row))
            x += width + _BETWEEN
        self.height = (row + 1) * LINE if self._placed else 0.0

    def elements(self, top: float) -> Iterator[str]:
        """The elements of the legend below `top`."""
        for name, words, x, row in self._placed:
            middle = top + row * LINE + LINE / 2
            yield from _sample(name, x, middle)
            yield text("soft", x + _sample_width(name), middle + 4, words, _SIZE)


def _sample_width(name: str) -> float:
    return 0.0 if name == "faults" else _SAMPLE


def _sample(name: str, x: float, middle: float) -> Iterator[str]:
    if name in _MARKS:
        kind = name.replace(" ", "-")
        yield f'<g class="{kind}">'
        yield rectangle("waiting", Box(x, middle - 5, 8, 10))
        yield from Bar(0, middle, 10).mark(_MARKS[name], x + 6)
        yield "</g>"
    elif name == "streaming":
        yield rectangle(name, Box(x, middle - 0.5, 16, 5.5))
    elif name in ("queued", "waiting"):
        yield rectangle(name, Box(x, middle - 5, 16, 10))
    elif name == "retry":
        yield path(
            "retry", ("M", x, middle - 4), ("L", x + 12, middle - 4), ("L", x + 12, middle + 6)
        )
    elif name == "connection":
        yield text("soft", x, middle + 4, "#1", _SIZE)
    elif name == "cut":
        yield line("cut", x + 2, middle + 5, x + 7, middle - 5)
        yield line("cut", x + 7, middle + 5, x + 12, middle - 5)
