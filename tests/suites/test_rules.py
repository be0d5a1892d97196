"""The rules that a learner's suite has to keep."""

from __future__ import annotations

import pytest

from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.result import ItemResult, Outcome
from pytest_mlinfra.katas.model import Suite
from pytest_mlinfra.runs.result import RunResult
from pytest_mlinfra.suites import rules
from pytest_mlinfra.suites.bugs import Bug
from suite_runs import failed, passed, report_of, result, run_of

SUITE = Suite(module="echo.py", tests=1)
GREEN = run_of(passed())
RED = run_of(failed())
BUG = Bug(
    name="silent", swap="a", replacement="b", question=("vague?", "b?", "c?"), witness="echo(1)"
)


def _drawn(message: Message | None) -> tuple[str, str]:
    assert message is not None
    return message.id, message.headline


def test_nothing_is_judged_before_the_suite_is_green() -> None:
    assert rules.not_judged(report_of(GREEN)) is None
    assert _drawn(rules.not_judged(report_of(RED)))[0] == "not-judged"


def test_a_green_suite_with_enough_tests_keeps_the_first_rule() -> None:
    assert rules.check_reference(report_of(GREEN, percent=50), SUITE) is None


@pytest.mark.parametrize(
    ("outcomes", "message_id", "headline"),
    [
        (
            [failed("test_echo.py::test_bad")],
            "red-on-reference",
            "test_bad fails, but the program it tests is correct.",
        ),
        (
            [failed(), result("test_echo.py::test_later", Outcome.SKIPPED)],
            "skipped-test",
            "test_later is skipped or expected to fail: that proves nothing.",
        ),
        ([], "too-few-tests", "There are 0 tests; the statement asks for 1."),
    ],
)
def test_tests_run_pass_and_are_enough(
    outcomes: list[ItemResult], message_id: str, headline: str
) -> None:
    report = report_of(run_of(*outcomes))

    assert _drawn(rules.check_reference(report, SUITE)) == (message_id, headline)


def test_a_failure_brings_its_own_evidence_along() -> None:
    message = rules.check_reference(report_of(RED), SUITE)

    assert message is not None
    assert (message.evidence, message.path) == ("assert 1 == 2", "t.py")


def test_tests_that_use_another_program_are_none() -> None:
    message = rules.check_reference(report_of(GREEN, percent=0), SUITE)

    assert _drawn(message) == (
        "other-program",
        "None of your tests uses echo.py: they test something else.",
    )


def test_a_process_that_broke_is_quoted() -> None:
    message = rules.check_reference(report_of(None, output="no memory"), SUITE)

    assert message == Message(
        id="suite-broken", headline="Your tests cannot be run.", evidence="no memory"
    )


def test_tests_that_end_python_are_broken() -> None:
    message = rules.check_reference(report_of(run_of(passed(), exit_code=None)), SUITE)

    assert _drawn(message)[0] == "suite-broken"


def test_a_variant_that_is_rejected_shows_that_the_suite_asks_for_too_much() -> None:
    green, red = report_of(GREEN, {"v": GREEN}), report_of(GREEN, {"v": RED})

    assert rules.check_variant(green, "v", "It adds backwards.") is None
    message = rules.check_variant(red, "v", "It adds backwards.")
    assert message is not None
    assert message.id == "over-specified"
    assert message.evidence == "The program that it rejects: It adds backwards.\nassert 1 == 2"


def test_another_order_shows_that_tests_share_state() -> None:
    green, red = report_of(GREEN, {"order": GREEN}), report_of(GREEN, {"order": RED})

    assert rules.check_order(green, "order", "reversed") is None
    assert _drawn(rules.check_order(red, "order", "reversed")) == (
        "order-dependent",
        "test_one fails when the tests run in reversed order: tests share state.",
    )


def test_a_test_alone_shows_that_it_needs_another() -> None:
    green = report_of(GREEN, {"alone[test_one]": GREEN, "bug[silent]": RED})
    red = report_of(GREEN, {"alone[test_one]": RED})

    assert rules.check_alone(green) is None
    assert _drawn(rules.check_alone(red)) == (
        "needs-another-test",
        "test_one fails when it runs alone: it needs what another test did.",
    )


def test_a_run_without_any_result_is_about_the_suite() -> None:
    report = report_of(GREEN, {"order": run_of(exit_code=None)})

    message = rules.check_order(report, "order", "shuffled")

    assert _drawn(message)[1].startswith("The suite fails when the tests run in shuffled order")


def test_a_bug_that_is_found_needs_no_word() -> None:
    assert rules.check_bug(report_of(GREEN, {"bug[silent]": RED}), BUG, [BUG]) is None


@pytest.mark.parametrize(
    ("run", "how"),
    [
        (GREEN, "every test passes although it is there"),
        (run_of(failed(phase="setup")), "the suite breaks off instead of failing"),
    ],
)
def test_a_bug_that_survives_asks_its_first_question(run: RunResult, how: str) -> None:
    report = report_of(GREEN, {"bug[silent]": run})

    message = rules.check_bug(report, BUG, [BUG])

    assert _drawn(message) == ("survives-silent", f"Bug 1 survives: {how}.")
    assert message is not None
    assert message.evidence.startswith("Ask yourself: vague?\n\n")
    assert "survives  !" in message.evidence
