"""What a held step and the steps that overtook it have between them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from pytest_mlinfra.clock.exploration.races.outcome import Outcome
from pytest_mlinfra.clock.exploration.races.schedule import Hold
from pytest_mlinfra.clock.exploration.races.watching import Footprint, Touch

_Touches = dict[Hashable, Touch]


def contested(outcome: Outcome) -> dict[Hashable, str]:
    """The things that a run's reorderings are about, and what the code calls them.

    Those that an overtaking step changed after the held task had used them, and those
    that both touched, at least one of them to change it. Locks and the like are made for
    that, so they are named only if there is nothing else.
    """
    things: dict[Hashable, Touch] = {}
    for deviation in outcome.schedule.deviations:
        if isinstance(deviation, Hold):
            things |= dict(_between(deviation, outcome))
    bare = {what: touch.called for what, touch in things.items() if not touch.is_guarded}
    return bare or {what: touch.called for what, touch in things.items()}


def _between(hold: Hold, outcome: Outcome) -> Iterator[tuple[Hashable, Touch]]:
    before: list[Footprint] = []
    held: list[Footprint] = []
    passing: list[Footprint] = []
    passed_by = set(outcome.passed_by(hold.step))
    for position, ran in enumerate(outcome.ran):
        footprint = outcome.footprints.get(position)
        if ran.step is None or footprint is None:
            continue
        if ran.step in passed_by:
            passing.append(footprint)
        elif ran.step.task == hold.step.task and ran.step.number <= hold.step.number:
            (before if ran.step.number < hold.step.number else held).append(footprint)
    theirs, now, earlier = _touches(passing), _touches(held), _touches(before)
    for what, touch in theirs.items():
        mine = now.get(what)
        if mine is not None and (mine.writes or touch.writes):
            yield what, mine
        elif what in earlier and touch.writes:
            yield what, earlier[what]


def _touches(footprints: Iterable[Footprint]) -> _Touches:
    """How several steps together touched each thing."""
    together: _Touches = {}
    for footprint in footprints:
        for what, touch in footprint.touches.items():
            union = together.setdefault(what, Touch(touch.called))
            union.reads |= touch.reads
            union.writes |= touch.writes
            union.is_guarded |= touch.is_guarded
    return together
