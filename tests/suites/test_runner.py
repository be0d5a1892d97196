"""Running a learner's suite against the reference, its variants and its bugs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.backend import Backend, open_backend
from pytest_mlinfra.suites.bugs import read_bugs
from pytest_mlinfra.suites.report import SuiteReport, is_green, killers
from pytest_mlinfra.suites.runner import run_suite
from pytest_mlinfra.suites.variants import read_variants

Run = Callable[[str], SuiteReport]
VARIANT = {"lambda": '"""It is a lambda."""\n\necho = lambda value: value\n'}
SUITE = """\
from echo import echo


def test_echoes():
    assert echo(1) == 1


def test_runs():
    echo(2)
"""


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    """What runs the suites, in the way that is the default here."""
    with open_backend() as backend:
        yield backend


@pytest.fixture
def run(builder: CourseBuilder, backend: Backend) -> Run:
    """Runs a suite for the module `echo` against every program of its kata."""

    def run(answer: str) -> SuiteReport:
        kata = builder.suite_kata(answer=answer, variants=VARIANT)
        own = Submission.at(None, kata.exercises)
        return run_suite(backend, kata, own, read_bugs(kata), read_variants(kata))

    return run


def test_every_program_meets_the_suite(run: Run) -> None:
    report = run(SUITE)

    assert set(report.runs) == {
        "reference",
        "variant[lambda]",
        "order[reversed]",
        "order[shuffled]",
        "bug[silent]",
        "coverage",
        "alone[test_echo.py::test_echoes]",
        "alone[test_echo.py::test_runs]",
    }
    assert [name for name, run in report.runs.items() if not is_green(run)] == ["bug[silent]"]


def test_the_bug_is_found_by_the_test_that_looks(run: Run) -> None:
    found = killers(run(SUITE).runs["bug[silent]"])

    assert [result.item.name for result in found] == ["test_echo.py::test_echoes"]


def test_the_order_is_another_one(run: Run) -> None:
    names = [r.item.name for r in run(SUITE).runs["order[reversed]"].results]

    assert names == ["test_echo.py::test_runs", "test_echo.py::test_echoes"]


def test_coverage_is_measured(run: Run) -> None:
    coverage = run(SUITE).coverage

    assert coverage is not None
    assert coverage.percent == 100


def test_a_suite_that_is_red_meets_no_further_program(run: Run) -> None:
    report = run(f"{SUITE}\n\ndef test_bad():\n    assert echo(1) == 2\n")

    assert list(report.runs) == ["reference"]
    assert not report.is_green
    assert report.coverage is None


def test_a_bug_that_makes_the_suite_hang_is_cut_off(run: Run) -> None:
    answer = "from echo import echo\n\n\ndef test_waits():\n    while echo(1) != 1:\n        pass\n"

    hanging = run(answer).runs["bug[silent]"]

    assert killers(hanging) == []
    assert not is_green(hanging)
