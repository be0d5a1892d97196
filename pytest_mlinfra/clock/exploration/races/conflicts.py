"""Which two steps of a run are worth swapping.

Those of different tasks that touch the same thing, at least one of them writing, and that
a hold can bring into the other order: no time passes in between. Better, if one task had
touched the thing before, and the other would now get in between. Best of all, if the one
had only looked at it, and both go by what they saw when they change it.

That pattern is known as an atomicity violation; see Lu et al., "AVIO: Detecting Atomicity
Violations via Access Interleaving Invariants", ASPLOS 2006.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from pytest_mlinfra.clock.exploration.races.schedule import Hold, Step
from pytest_mlinfra.clock.exploration.races.sequencer import Ran
from pytest_mlinfra.clock.exploration.races.watching import Footprint, Touch

# How many conflicts are ranked against each other.
_MOST = 400
# How many steps may lie between the two.
_WINDOW = 200
_CHECK_THEN_ACT, _VIOLATION, _REVERSAL, _GUARDED = 8.0, 4.0, 1.0, 0.3


@dataclass(frozen=True)
class _Conflict:
    """Two steps in their plain order, and what speaks for swapping them."""

    former: Step
    latter: Step
    about: Hashable
    score: float


def promising_holds(
    ran: Sequence[Ran], footprints: Mapping[int, Footprint], most: int
) -> list[Hold]:
    """The holds that are the most likely to bring out a race, the best one first.

    Args:
        ran: the steps of a run in plain order.
        footprints: what they did, by their position.
        most: how many holds at most.
    """
    conflicts = sorted(_conflicts(ran, footprints), key=lambda each: -each.score)[:_MOST]
    former: Counter[Step] = Counter()
    latter: Counter[Step] = Counter()
    about: Counter[Hashable] = Counter()

    def promise(conflict: _Conflict) -> float:
        # Something new is worth more than the same once again.
        novelty = (1 + former[conflict.former]) * (1 + about[conflict.about])
        return conflict.score / (novelty * sqrt(1 + latter[conflict.latter]))

    holds: list[Hold] = []
    while conflicts and len(holds) < most:
        best = max(conflicts, key=promise)
        conflicts.remove(best)
        former[best.former] += 1
        latter[best.latter] += 1
        about[best.about] += 1
        holds.append(Hold(best.former, best.latter))
    return holds


def _conflicts(ran: Sequence[Ran], footprints: Mapping[int, Footprint]) -> Iterator[_Conflict]:
    steps = [
        (position, each.step, each.time, footprints[position].touches)
        for position, each in enumerate(ran)
        if each.step is not None and position in footprints
    ]
    users = Counter(about for *_, touches in steps for about in touches)
    ancestors = _ancestors(ran)
    touched_before: dict[str, dict[Hashable, Touch]] = {}
    last_write = {
        (step.task, about): position
        for position, step, _, touches in steps
        for about, touch in touches.items()
        if touch.writes
    }
    for index, (position, step, time, touches) in enumerate(steps):
        before = touched_before.setdefault(step.task, {})
        for later, other, other_time, others in steps[index + 1 : index + _WINDOW]:
            if other_time > time:
                break
            if ancestors[later] >> position & 1:
                continue
            scores = {
                about: _score(
                    before.get(about),
                    others[about],
                    touch,
                    acts_on_it=last_write.get((other.task, about), -1) > later,
                )
                / sqrt(users[about] - 1)
                for about, touch in touches.items()
                if about in others and (touch.writes or others[about].writes)
            }
            if scores:
                best = max(scores, key=lambda about: scores[about])
                distance = sqrt(sqrt(later - position))
                yield _Conflict(step, other, best, sum(scores.values()) / distance)
        before.update(touches)


def _ancestors(ran: Sequence[Ran]) -> list[int]:
    """For each step, which ones had to come before it: one bit each, by position."""
    ancestors: list[int] = []
    latest: dict[str, int] = {}
    for position, each in enumerate(ran):
        before = [each.cause] if each.cause is not None else []
        if each.step is not None:
            before += [latest[each.step.task]] if each.step.task in latest else []
            latest[each.step.task] = position
        bits = 0
        for one in before:
            bits |= ancestors[one] | 1 << one
        ancestors.append(bits)
    return ancestors


def _score(before: Touch | None, between: Touch, now: Touch, *, acts_on_it: bool) -> float:
    """What speaks for having another task's access before `now`.

    Args:
        before: how the same task had touched the thing, if it had.
        between: how the other task touches it.
        now: how the held step touches it.
        acts_on_it: whether the other task writes it later on.
    """
    weight = _GUARDED if now.is_guarded else _REVERSAL
    if before is None:
        return weight
    if acts_on_it and now.writes and not before.writes:
        return weight * _CHECK_THEN_ACT
    if between.writes or (before.writes and now.writes):
        return weight * _VIOLATION
    return weight
