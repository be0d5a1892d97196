"""Every planted mistake is found, and nothing is said about its clean look-alike."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from corpus_of import corpus_of
from pytest_mlinfra.clock.exploration import Cancellations, cancel_everywhere, explore
from pytest_mlinfra.errors import CancellationError, RaceFoundError

RACES = corpus_of("races")
CANCELLATIONS = corpus_of("cancellations")
PROGRAMS = corpus_of("programs")
SEEDS = 10
# With a server a run takes ten times as long.
WITHOUT_HTTP, WITH_HTTP = 50, 8


def name_of(module: ModuleType) -> str:
    return module.__name__.split("_", 2)[2]


def jitter_of(module: ModuleType) -> float:
    return float(getattr(module, "JITTER", 0.0))


def seeds_for(module: ModuleType) -> int:
    return WITH_HTTP if "http" in name_of(module) else WITHOUT_HTTP


def test_the_corpus_is_as_large_as_it_should_be() -> None:
    assert len(RACES) >= 25
    assert len(CANCELLATIONS) >= 14


@pytest.mark.parametrize("race", RACES, ids=name_of)
def test_a_planted_race_is_found_within_ten_seeds_and_fails_again_when_replayed(
    race: ModuleType,
) -> None:
    with pytest.raises(RaceFoundError) as found:
        explore(race.faulty, seeds=SEEDS, jitter=jitter_of(race))

    error = found.value
    assert error.schedule != "plain"
    assert "did not fail again" not in str(error)
    assert all(len(line) <= 72 for line in error.picture.splitlines())
    with pytest.raises(RaceFoundError) as again:
        explore(race.faulty, jitter=jitter_of(race), schedule=error.schedule)
    assert type(again.value.cause) is type(error.cause)


@pytest.mark.parametrize("race", RACES, ids=name_of)
def test_a_planted_race_is_shrunk_to_one_reordering(race: ModuleType) -> None:
    with pytest.raises(RaceFoundError) as found:
        explore(race.faulty, seeds=SEEDS, jitter=jitter_of(race))

    assert found.value.schedule.count(",") == 0


@pytest.mark.parametrize("race", RACES, ids=name_of)
def test_a_planted_race_does_not_show_in_the_plain_order(race: ModuleType) -> None:
    assert explore(race.faulty, seeds=1).runs == 1


@pytest.mark.parametrize("race", RACES, ids=name_of)
def test_the_clean_look_alike_of_a_race_passes_in_every_order(race: ModuleType) -> None:
    seeds = seeds_for(race)

    assert explore(race.clean, seeds=seeds, jitter=jitter_of(race)).runs == seeds


@pytest.mark.parametrize("program", PROGRAMS, ids=name_of)
def test_a_correct_program_passes_in_every_order(program: ModuleType) -> None:
    seeds = seeds_for(program)

    assert explore(program.program, seeds=seeds).orders > seeds / 2


@pytest.mark.parametrize("case", CANCELLATIONS, ids=name_of)
def test_a_cancellation_that_does_harm_is_found(case: ModuleType) -> None:
    with pytest.raises(CancellationError) as found:
        _cancel(case, case.faulty)

    assert "wrong afterwards" in str(found.value)
    with pytest.raises(CancellationError):
        _cancel(case, case.faulty, point=found.value.points[0])


@pytest.mark.parametrize("case", CANCELLATIONS, ids=name_of)
def test_nothing_is_said_about_code_that_bears_its_cancellation(case: ModuleType) -> None:
    tried = _cancel(case, case.clean)

    assert tried.points >= tried.suspensions > 0


@pytest.mark.parametrize("program", PROGRAMS, ids=name_of)
def test_a_correct_program_bears_its_cancellation(program: ModuleType) -> None:
    at_most = 6 if "http" in name_of(program) else 40

    assert cancel_everywhere(program.program, at_most=at_most).points > 0


def _cancel(case: ModuleType, scenario: Any, point: str | None = None) -> Cancellations:
    given, invariant = getattr(case, "given", None), getattr(case, "invariant", None)
    return cancel_everywhere(scenario, given=given, invariant=invariant, point=point)
