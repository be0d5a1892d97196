"""What a suite did with every program."""

from __future__ import annotations

import pytest

from pytest_mlinfra.grading.result import Outcome
from pytest_mlinfra.runs.result import RunResult
from pytest_mlinfra.suites.report import is_green, killers
from suite_runs import failed, passed, report_of, result, run_of


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (run_of(passed()), True),
        (run_of(passed(), failed()), False),
        (run_of(), False),
        (run_of(passed(), exit_code=None), False),
        (run_of(result("test", Outcome.SKIPPED)), False),
    ],
    ids=["all pass", "one fails", "no tests", "it broke off", "one is skipped"],
)
def test_green_means_that_every_test_passed_and_there_was_one(
    run: RunResult, expected: bool
) -> None:
    assert is_green(run) is expected
    assert report_of(run).is_green is expected


def test_without_the_reference_nothing_is_green() -> None:
    assert not report_of(None).is_green


def test_only_a_failure_of_the_test_itself_finds_a_bug() -> None:
    run = run_of(
        passed("passes"),
        failed("finds"),
        failed("not set up", phase="setup"),
        failed("hangs", message_id="time-limit"),
        result("broken off", Outcome.NOT_RUN),
    )

    assert [killer.item.name for killer in killers(run)] == ["finds"]
