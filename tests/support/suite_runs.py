"""Builds what a suite did with programs, for tests of how that is judged."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_mlinfra.gates.coverage import Coverage
from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.result import Item, ItemResult, Outcome, Sort
from pytest_mlinfra.runs.job import Ending
from pytest_mlinfra.runs.reasons import reason_of
from pytest_mlinfra.runs.request import Isolation, Way
from pytest_mlinfra.runs.result import RunResult
from pytest_mlinfra.runs.transcript import Transcript
from pytest_mlinfra.suites.programs import REFERENCE
from pytest_mlinfra.suites.report import SuiteReport


def result(
    name: str, outcome: Outcome, *, phase: str = "call", message: Message | None = None
) -> ItemResult:
    """What became of one test."""
    item = Item(kata="testing/210_echo_tests", name=name, sort=Sort.TEST, max_points=0)
    return ItemResult(item=item, outcome=outcome, phase=phase, message=message)


def passed(name: str = "test_echo.py::test_one") -> ItemResult:
    """A test that passed."""
    return result(name, Outcome.PASSED)


def failed(
    name: str = "test_echo.py::test_one", *, phase: str = "call", message_id: str = "x"
) -> ItemResult:
    """A test that failed."""
    message = Message(id=message_id, headline="It fails.", evidence="assert 1 == 2", path="t.py")
    return result(name, Outcome.FAILED, phase=phase, message=message)


def run_of(*results: ItemResult, exit_code: int | None = 0) -> RunResult:
    """The run of a suite against one program."""
    return RunResult(
        results=results,
        isolation=Isolation(Way.WARM),
        planned=tuple(result.item for result in results),
        opened=True,
        exit_code=exit_code,
        reason=reason_of(Transcript(), Ending(exit_code=exit_code), ()),
    )


def report_of(
    reference: RunResult | None,
    further: Mapping[str, RunResult] | None = None,
    *,
    percent: float | None = None,
    output: str = "",
) -> SuiteReport:
    """The runs of a suite against the reference and against further programs, by name."""
    runs = dict(further or {}) if reference is None else {REFERENCE: reference, **(further or {})}
    coverage = None if percent is None else Coverage(percent, (), ())
    return SuiteReport(runs=runs, coverage=coverage, output=output)
