"""Running a learner's suite against the reference, its variants and its bugs."""

from __future__ import annotations

from course_builder import CourseBuilder
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.suites.bugs import read_bugs
from pytest_mlinfra.suites.report import SuiteReport, is_green, killers
from pytest_mlinfra.suites.runner import run_suite
from pytest_mlinfra.suites.variants import read_variants

VARIANT = {"lambda": '"""It is a lambda."""\n\necho = lambda value: value\n'}
SUITE = """\
from echo import echo


def test_echoes():
    assert echo(1) == 1


def test_runs():
    echo(2)
"""


def _run(builder: CourseBuilder, answer: str) -> SuiteReport:
    kata = builder.suite_kata(answer=answer, variants=VARIANT)
    own = Submission.at(None, kata.exercises)
    return run_suite(kata, own, read_bugs(kata), read_variants(kata))


def test_every_program_meets_the_suite(builder: CourseBuilder) -> None:
    report = _run(builder, SUITE)

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


def test_the_bug_is_found_by_the_test_that_looks(builder: CourseBuilder) -> None:
    found = killers(_run(builder, SUITE).runs["bug[silent]"])

    assert [result.item.name for result in found] == ["test_echo.py::test_echoes"]


def test_the_order_is_another_one(builder: CourseBuilder) -> None:
    names = [r.item.name for r in _run(builder, SUITE).runs["order[reversed]"].results]

    assert names == ["test_echo.py::test_runs", "test_echo.py::test_echoes"]


def test_coverage_is_measured(builder: CourseBuilder) -> None:
    coverage = _run(builder, SUITE).coverage

    assert coverage is not None
    assert coverage.percent == 100


def test_a_suite_that_is_red_meets_no_further_program(builder: CourseBuilder) -> None:
    report = _run(builder, f"{SUITE}\n\ndef test_bad():\n    assert echo(1) == 2\n")

    assert list(report.runs) == ["reference"]
    assert not report.is_green
    assert report.coverage is None


def test_a_bug_that_makes_the_suite_hang_is_cut_off(builder: CourseBuilder) -> None:
    answer = "from echo import echo\n\n\ndef test_waits():\n    while echo(1) != 1:\n        pass\n"

    run = _run(builder, answer).runs["bug[silent]"]

    assert killers(run) == []
    assert not is_green(run)
