"""What cancellations did, in words, as the error that tells of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import shorten

from pytest_mlinfra.clock.exploration.cancellation.points import Moment
from pytest_mlinfra.clock.exploration.cancellation.search import Fault
from pytest_mlinfra.clock.exploration.own_code import quoted
from pytest_mlinfra.errors import CancellationError
from pytest_mlinfra.places import fitted

# Pytest indents what an error says by eight columns.
_WIDTH = 72
# How many other lines are named, and how many lines lead to the first.
_MOST = 5
_TRAIL = 4
_WHEN = {
    Moment.WAITING: "when it begins to wait",
    Moment.RESUMING: "when it is about to go on",
}


def cancellation_error(
    faults: Sequence[Fault], suspensions: int, replay: str | None
) -> CancellationError:
    """The error for `faults`.

    Args:
        faults: at least one.
        suspensions: how often the scenario waits when it is left alone.
        replay: the command that cancels at one point again, with ``{}`` where the point
            belongs; None if there is none to name.
    """
    first = faults[0]
    number, when = first.point.suspension, _WHEN[first.point.moment]
    command = f"Once more: {replay.format(first.point)}" if replay else f"Point: {first.point}"
    parts = [
        [f"Cancelled at wait {number} of {suspensions}, {when}:"],
        [f"  {line}" for line in _trail(first)],
        ["What is wrong afterwards:", *_wrong(first)],
        list(_others(faults[1:])),
    ]
    text = "\n\n".join("\n".join(map(_cut, part)) for part in parts if part)
    # A command is to be copied, so it is never cut.
    points = tuple(str(each.point) for each in faults)
    return CancellationError(f"{text}\n\n{command}", points, first.place.trail)


def _cut(line: str) -> str:
    return fitted(line, _WIDTH)


def _wrong(fault: Fault) -> Iterator[str]:
    for leftover in fault.leftovers:
        yield from f"- {leftover.text}".splitlines()
        if leftover.where:
            yield f"  {leftover.where}"


def _trail(fault: Fault) -> Iterator[str]:
    """The lines of the code under test that lead to where it waits."""
    trail = fault.place.trail
    if len(trail) > _TRAIL:
        yield "…"
    for path, line in trail[-_TRAIL:]:
        yield quoted(path, line)
    if fault.place.library:
        yield f"(inside of {fault.place.library})"


def _others(faults: Sequence[Fault]) -> Iterator[str]:
    """One line for each line of the code under test at which there are further faults."""
    points: dict[str, list[str]] = {}
    for fault in faults:
        path, line = fault.place.trail[-1] if fault.place.trail else ("", 0)
        points.setdefault(quoted(path, line), []).append(str(fault.point))
    if points:
        yield "Likewise at:"
    for place, numbers in list(points.items())[:_MOST]:
        yield f"  {place} ({shorten(', '.join(numbers), 24, placeholder=' …')})"
    if len(points) > _MOST:
        yield f"  and on {len(points) - _MOST} more lines"
