"""One exchange as a bar: its phases, and at its end a mark that says how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_mlinfra.fleet.exchange import Exchange, Outcome
from pytest_mlinfra.fleet.timeline.scale import Scale
from pytest_mlinfra.fleet.timeline.svg.elements import Box, line, path, rectangle
from pytest_mlinfra.fleet.timeline.ticks import shown_seconds

# The room behind a bar that a mark takes.
MARK_WIDTH = 16.0
_NARROWEST = 2.0


@dataclass(frozen=True)
class Bar:
    """The place of a bar.

    Attributes:
        left: where the scale begins.
        middle: the height of its middle line.
        thickness: its own height.
    """

    left: float
    middle: float
    thickness: float

    def draw(self, exchange: Exchange, scale: Scale, until: float) -> Iterator[str]:
        """The elements of the bar of `exchange`.

        Args:
            exchange: what to draw.
            scale: from moments to places.
            until: the moment up to which one in flight is drawn.
        """
        end = until if exchange.ended is None else exchange.ended
        start, queued_until = exchange.started, exchange.queued_until
        # On a real clock everything takes microseconds, of which slivers would tell nothing.
        if queued_until is not None and scale.tells_apart(start, queued_until):
            yield self._phase("queued", scale, start, queued_until)
            start = queued_until
        first_byte = end if exchange.first_byte is None else exchange.first_byte
        if scale.tells_apart(first_byte, end):
            yield self._phase("waiting", scale, start, first_byte)
            yield self._phase("streaming", scale, first_byte, end)
        else:
            yield self._phase("waiting", scale, start, end)
        at_least = self.left + scale.at(exchange.started) + _NARROWEST
        yield from self.mark(exchange.outcome, max(self.left + scale.at(end), at_least))

    def _phase(self, kind: str, scale: Scale, start: float, end: float) -> str:
        x, right = scale.at(start), scale.at(end)
        height = self.thickness * (0.55 if kind == "streaming" else 1)
        # What streams is lower, so that the first byte is seen without colour.
        top = self.middle + self.thickness / 2 - height
        width = max(right - x, _NARROWEST)
        left = self.left + min(x, scale.line.width - width)
        return rectangle(kind, Box(left, top, width, height))

    def mark(self, outcome: Outcome, end: float) -> Iterator[str]:
        """The mark behind the `end` of a bar that is not simply served."""
        half = min(self.thickness / 2 - 1, 4.0)
        x, y = end + half + 3, self.middle
        match outcome:
            case "reset":
                yield line("mark", x - half, y - half, x + half, y + half)
                yield line("mark", x - half, y + half, x + half, y - half)
            case "cancelled":
                yield path(
                    "mark", ("M", x + half, y - half), ("L", x - half, y), ("L", x + half, y + half)
                )
            case "in flight":
                yield path(
                    "mark", ("M", x - half, y - half), ("L", x + half, y), ("L", x - half, y + half)
                )
            case "faulted":
                yield line("mark", x, y - half, x, y + half / 4)
                yield line("mark", x, y + half, x, y + half)


def in_words(exchange: Exchange) -> str:
    """All of the bar for those who cannot see it, or rest the pointer on it."""
    asked = f"{exchange.model} {exchange.method} {exchange.target}"
    status = "" if exchange.status is None else f" {exchange.status}"
    took = "" if exchange.seconds is None else f" after {shown_seconds(exchange.seconds)}"
    parts = [f"{asked}: {exchange.outcome}{status}{took}"]
    if exchange.seconds_queued:
        parts.append(f"queued for {shown_seconds(exchange.seconds_queued)}")
    if exchange.faults:
        parts.append(f"faults: {', '.join(exchange.faults)}")
    if exchange.attempt > 1:
        parts.append(f"attempt {exchange.attempt}")
    parts.append(f"connection {exchange.connection}")
    return "; ".join(parts)
