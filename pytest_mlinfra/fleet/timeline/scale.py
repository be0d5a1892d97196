"""From seconds to places along a line, with stretches cut out where nothing happens.

A request that hangs for five seconds beside others that take ten milliseconds would
press those into one column, where requests that followed each other look as if they
had run together. So a long stretch without any event is cut out, but only if it hides
an order that can thereby be shown: a bar's length stays true wherever that is possible.
A logarithmic scale would distort all lengths, and has no place for the start.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pytest_mlinfra.fleet.exchange import Exchange

# A stretch is cut out if it is so many times as long as all the rest.
_DOMINANT = 3
_MOST_CUTS = 3


@dataclass(frozen=True)
class Stretch:
    """A piece of time and the piece of the line on which it is drawn.

    Attributes:
        start: where it begins, in seconds.
        end: where it ends, in seconds.
        left: where it begins on the line.
        right: where it ends on the line.
        is_cut: whether it stands for a time in which nothing happens.
    """

    start: float
    end: float
    left: float
    right: float
    is_cut: bool


@dataclass(frozen=True)
class Line:
    """What a scale is laid along.

    Attributes:
        width: its length.
        cut_width: the length of it that a cut takes.
        tail: the length of it that is left behind a cut that leads to the end.
        finest: the shortest difference that can be seen on it.
    """

    width: float
    cut_width: float
    tail: float
    finest: float


class Scale:
    """Maps moments to places.

    Args:
        start: the first moment.
        end: the last one, not before `start`.
        line: what it is laid along.
        cuts: what to cut out, as pairs of moments in ascending order.
    """

    def __init__(
        self, start: float, end: float, line: Line, cuts: Sequence[tuple[float, float]] = ()
    ) -> None:
        self.start = start
        self.end = end
        self.line = line
        shown = (end - start) - sum(until - since for since, until in cuts)
        tail = line.tail if cuts and cuts[-1][1] == end else 0.0
        length = line.width - len(cuts) * line.cut_width - tail
        self.per_second = length / shown if shown > 0 else 0.0
        self.stretches = list(self._laid_out(cuts))
        self._starts = [stretch.start for stretch in self.stretches]

    def _laid_out(self, cuts: Sequence[tuple[float, float]]) -> Iterator[Stretch]:
        at, when = 0.0, self.start
        for since, until in cuts:
            right = at + (since - when) * self.per_second
            yield Stretch(when, since, at, right, is_cut=False)
            at, when = right + self.line.cut_width, until
            yield Stretch(since, until, right, at, is_cut=True)
        yield Stretch(when, self.end, at, self.line.width, is_cut=False)

    @property
    def cuts(self) -> list[Stretch]:
        """The stretches that are cut out."""
        return [stretch for stretch in self.stretches if stretch.is_cut]

    def tells_apart(self, one: float, other: float) -> bool:
        """Whether two moments have places that are seen to differ."""
        finest = self.line.finest
        return int(self.at(one) / finest + 0.5) != int(self.at(other) / finest + 0.5)

    def at(self, when: float) -> float:
        """The place of a moment: from 0 to the width of the line."""
        index = max(bisect_right(self._starts, when) - 1, 0)
        stretch = self.stretches[index]
        span = stretch.end - stretch.start
        if span <= 0:
            return stretch.right if when > self.start else 0.0
        share = min((when - stretch.start) / span, 1.0)
        return stretch.left + share * (stretch.right - stretch.left)


def fit(exchanges: Sequence[Exchange], until: float, line: Line) -> Scale:
    """The scale on which `exchanges` are best drawn.

    Args:
        exchanges: at least one.
        until: the moment up to which those in flight are drawn.
        line: what it is laid along.
    """
    start = min(each.started for each in exchanges)
    moments = sorted({start, until, *_moments(exchanges)})
    lengths = {(one, two): two - one for one, two in pairwise(moments)}
    cuts: list[tuple[float, float]] = []
    scale = Scale(start, until, line)
    while len(cuts) < _MOST_CUTS and _hides_order(exchanges, until, scale):
        stretch = max(lengths, key=lambda each: lengths[each])
        rest = sum(lengths.values()) - lengths[stretch]
        if not rest or lengths.pop(stretch) < _DOMINANT * rest:
            break
        cuts = sorted([*cuts, stretch])
        scale = Scale(start, until, line, cuts)
    return scale


def _moments(exchanges: Sequence[Exchange]) -> list[float]:
    """Every moment at which something happens to one of `exchanges`."""
    found = []
    for each in exchanges:
        moments = (each.started, each.queued_until, each.first_byte, each.ended)
        found += [moment for moment in moments if moment is not None]
    return found


def _hides_order(exchanges: Sequence[Exchange], until: float, scale: Scale) -> bool:
    """Whether two requests, one after the other, would look as if they had run together."""
    soonest_end, place = math.inf, -math.inf
    for each in sorted(exchanges, key=lambda each: each.started):
        at = scale.at(each.started)
        if at - place >= scale.line.finest:
            soonest_end, place = math.inf, at
        elif soonest_end < each.started:
            return True
        soonest_end = min(soonest_end, until if each.ended is None else each.ended)
    return False
