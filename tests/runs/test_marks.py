"""Where an answer runs makes no difference to its verdict."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_mlinfra.katas.library import Course
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.runs.grade import Grader
from pytest_mlinfra.runs.isolation import LAYERS, SPLIT
from pytest_mlinfra.runs.jail import bubblewrap
from pytest_mlinfra.runs.marks import MarkedRuns
from pytest_mlinfra.runs.rehearse import rehearsals, rehearse

# One of each sort: values, exceptions, blocking calls, leaks, time and connections.
ANSWERS = (
    "stub",
    "reference",
    "wrong/client_not_closed",
    "wrong/loop_in_loop",
    "wrong/no_timeout",
    "wrong/time_sleep",
)


@pytest.fixture(scope="module")
def runs() -> Iterator[MarkedRuns]:
    with MarkedRuns.for_marks() as opened:
        yield opened


@pytest.fixture(scope="module")
def grader(runs: MarkedRuns) -> Iterator[Grader]:
    with Grader(runs) as opened:
        yield opened


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_for_marks_gets_the_verdict_that_it_gets_beside_its_tests(
    runs: MarkedRuns, grader: Grader, repository: Path, name: str
) -> None:
    kata = Course(repository / "exercises").entry("030")
    assert isinstance(kata, Kata)
    (rehearsal,) = (each for each in rehearsals(kata) if each.name == name)

    assert rehearse(grader, kata, rehearsal).complaint == ""
    assert runs.layers == (SPLIT if bubblewrap.why_not() else LAYERS)
