"""A race in words, as the error that tells of it."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_mlinfra.clock.exploration.own_code import own_traceback
from pytest_mlinfra.clock.exploration.races.picture import draw
from pytest_mlinfra.clock.exploration.races.schedule import Hold
from pytest_mlinfra.clock.exploration.races.search import Race
from pytest_mlinfra.clock.exploration.races.watching import Entry
from pytest_mlinfra.errors import RaceFoundError

# Pytest indents what an error says by eight columns.
_WIDTH = 72
# How many lines of the failure itself are quoted.
_CAUSE_LINES = 6


def race_error(race: Race, replay: str | None) -> RaceFoundError:
    """The error for a race, with the traceback of the failure itself.

    Args:
        race: the race.
        replay: the command that runs the same schedule again, with ``{}`` where the
            schedule belongs; None if there is none to name.
    """
    error = race.outcome.error
    assert error is not None
    schedule = str(race.outcome.schedule)
    picture = draw(race.outcome, _WIDTH)
    command = f"Once more: {replay.format(schedule)}" if replay else f"Schedule: {schedule}"
    parts = [_quoted(error), _about(race), picture, "" if race.is_repeatable else _ELUSIVE, command]
    text = "\n\n".join(part for part in parts if part)
    found = RaceFoundError(text, error, schedule, picture, tuple(_waiting_lines(race)))
    return found.with_traceback(own_traceback(error))


def _waiting_lines(race: Race) -> Iterator[tuple[str, int]]:
    """The lines at which steps that had to wait went on."""
    held = {each.step for each in race.outcome.schedule.deviations if isinstance(each, Hold)}
    for position, ran in enumerate(race.outcome.ran):
        footprint = race.outcome.footprints.get(position)
        if ran.step in held and footprint is not None:
            resumed = [line for line in footprint.lines if line.entry is Entry.RESUMED]
            yield from ((line.path, line.number) for line in resumed[-1:])


_ELUSIVE = (
    "It did not fail again in this order: something besides the order differs from\n"
    "run to run, such as a thread, the order of a set, or the real time."
)


def _about(race: Race) -> str:
    """What the order has to do with it, in a sentence."""
    if race.seed is None:
        return "The order that was asked for:"
    count = len(race.outcome.schedule)
    waits = "one step waits for another" if count == 1 else f"{count} steps wait for others"
    return f"It passes in the usual order of steps, which nothing promises.\nIt fails if {waits}:"


def _quoted(error: BaseException) -> str:
    name = type(error).__name__
    lines = str(error).strip().splitlines()
    if not lines:
        return name
    if len(lines) > _CAUSE_LINES:
        lines = [*lines[:_CAUSE_LINES], "…"]
    return "\n".join([f"{name}: {lines[0]}", *lines[1:]])
