"""The round values at which an axis of time is labelled."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pytest_mlinfra.fleet.timeline.scale import Scale

# A step of the axis is one of these times a power of ten: values easy to add up.
_ROUND = (1, 2, 5)
# Each unit with its seconds and with what is the least to be told in it.
_UNITS = (
    ("d", 86400.0, 3 * 86400.0),
    ("h", 3600.0, 3 * 3600.0),
    ("min", 60.0, 180.0),
    ("s", 1.0, 1.0),
    ("ms", 1e-3, 1e-3),
    ("µs", 1e-6, 0.0),
)


@dataclass(frozen=True)
class Tick:
    """A labelled place on the axis.

    Attributes:
        at: its place on the line.
        label: its time; the last one, or else the first, has the unit.
    """

    at: float
    label: str


def ticks_of(
    scale: Scale, epoch: float, width_of: Callable[[str], float], right: float
) -> list[Tick]:
    """The ticks of an axis along `scale`, from left to right and as many as have room.

    Args:
        scale: the scale.
        epoch: the moment that is called 0.
        width_of: the length of line that a label takes, which begins at its tick.
        right: where the last label has to end, with the scale's own width or beyond.
    """
    unit, size = _unit(max(abs(scale.start - epoch), abs(scale.end - epoch)))
    gap = width_of("    ")
    step, decimals = _step(scale, epoch, size, lambda label: width_of(label) + gap)
    places = list(_places(scale, epoch, step * size))
    after_cuts = [(cut.right, cut.end - epoch) for cut in scale.cuts]
    chosen = [(at, _number(value / size, decimals, exact=True)) for at, value in after_cuts]
    for at, value in places:
        label = _number(value / size, decimals)
        clear = all(
            (
                at + width_of(label) + gap <= other
                if at < other
                else other + width_of(text) + gap <= at
            )
            for other, text in chosen
        )
        if clear:
            chosen.append((at, label))
    if not chosen:
        chosen = [(0.0, _number((scale.start - epoch) / size, decimals, exact=True))]
    return _with_unit(sorted(chosen), unit, width_of, right)


def shown_seconds(seconds: float) -> str:
    """A duration as a person writes it: ``250 ms``, ``1.5 s``."""
    if not seconds:
        return "0 s"
    unit, size = _unit(abs(seconds))
    return f"{_number(seconds / size, 0, exact=True)} {unit}"


def _unit(largest: float) -> tuple[str, float]:
    """The unit for times up to `largest`, and its seconds."""
    if not largest:
        return "s", 1.0
    found = next(each for each in _UNITS if largest >= each[2] * 0.9999)
    return found[0], found[1]


def _step(
    scale: Scale, epoch: float, size: float, room_of: Callable[[str], float]
) -> tuple[float, int]:
    """The smallest round step, in units of `size` seconds, at which labels do not touch."""
    if not scale.per_second:
        return 1.0, 0
    end = (scale.end - epoch) / size
    power = math.floor(math.log10(1 / (scale.per_second * size)))
    while True:
        for base in _ROUND:
            step = base * 10.0**power
            decimals = max(0, -power)
            room = max(room_of(_number(end, decimals)), room_of("0"))
            if step * size * scale.per_second >= room:
                return step, decimals
        power += 1


def _places(scale: Scale, epoch: float, step: float) -> Iterator[tuple[float, float]]:
    """The multiples of `step` on what is drawn of the scale: their places and times."""
    for stretch in scale.stretches:
        if stretch.is_cut:
            continue
        first = math.ceil(round((stretch.start - epoch) / step, 6))
        last = math.floor(round((stretch.end - epoch) / step, 6))
        for count in range(first, last + 1):
            value = round(count * step, 12)
            at = stretch.left + (value - (stretch.start - epoch)) * scale.per_second
            yield min(max(at, stretch.left), stretch.right), value


def _number(value: float, decimals: int, *, exact: bool = False) -> str:
    """`value` with `decimals`, or, if `exact`, with as many of four digits as it has."""
    if exact:
        return f"{float(f'{value:.4g}'):.10g}"
    return "0" if round(value, decimals) == 0 else f"{value:.{decimals}f}"


def _with_unit(
    chosen: list[tuple[float, str]], unit: str, width_of: Callable[[str], float], right: float
) -> list[Tick]:
    ticks = [Tick(at, label) for at, label in chosen]
    last = Tick(ticks[-1].at, f"{ticks[-1].label} {unit}")
    while len(ticks) > 1 and last.at + width_of(last.label) > right:
        ticks.pop()
        last = Tick(ticks[-1].at, f"{ticks[-1].label} {unit}")
    return [*ticks[:-1], last]
