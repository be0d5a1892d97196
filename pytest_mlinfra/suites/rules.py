"""The rules that a learner's suite has to keep: each gives a message, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_mlinfra.grading.message import Message, shortened
from pytest_mlinfra.grading.result import ItemResult, Outcome
from pytest_mlinfra.katas.model import Suite
from pytest_mlinfra.runs.result import RunResult
from pytest_mlinfra.suites.bugs import Bug
from pytest_mlinfra.suites.matrix import KillMatrix
from pytest_mlinfra.suites.programs import run_name
from pytest_mlinfra.suites.report import SuiteReport, is_green, killers


def not_judged(report: SuiteReport) -> Message | None:
    """Nothing else is judged before the suite is green on the correct program."""
    if report.is_green:
        return None
    return Message(
        id="not-judged", headline="Not judged before your tests pass on the correct program."
    )


def check_reference(report: SuiteReport, suite: Suite) -> Message | None:
    """The suite has enough tests, each of them runs, and all pass on the correct program."""
    run = report.reference
    if run is None:
        evidence = shortened(report.output)
        return Message(id="suite-broken", headline="Your tests cannot be run.", evidence=evidence)
    if run.planned is None:
        return run.reason.of_waiting()
    unproven = [result for result in run.results if result.outcome is Outcome.SKIPPED]
    red = next((each for each in run.results if each.outcome is not Outcome.PASSED), None)
    if unproven:
        headline = f"{_test(unproven[0])} is skipped or expected to fail: that proves nothing."
        return Message(id="skipped-test", headline=headline)
    if red is not None:
        return _about(
            red, "red-on-reference", f"{_test(red)} fails, but the program it tests is correct."
        )
    if len(run.results) < suite.tests:
        count = f"There are {len(run.results)} tests; the statement asks for {suite.tests}."
        what_is_one = "A test is a function whose name begins with test_, each name once."
        return Message(id="too-few-tests", headline=count, evidence=what_is_one)
    if run.exit_code is None:
        return Message(id="suite-broken", headline="Your tests end Python before they are done.")
    if report.coverage is not None and report.coverage.percent == 0:
        headline = f"None of your tests uses {suite.module}: they test something else."
        return Message(id="other-program", headline=headline)
    return None


def check_variant(report: SuiteReport, name: str, description: str) -> Message | None:
    """The suite is green on a correct program that is written differently."""
    run = report.runs[name]
    if is_green(run):
        return None
    red = _first_red(run)
    return _about(
        red,
        "over-specified",
        f"{_test(red)} rejects a correct program: it asks for more than the statement says.",
        f"The program that it rejects: {description}",
    )


def check_order(report: SuiteReport, name: str, order: str) -> Message | None:
    """The suite is green in another order."""
    run = report.runs[name]
    if is_green(run):
        return None
    red = _first_red(run)
    headline = f"{_test(red)} fails when the tests run in {order} order: tests share state."
    return _about(red, "order-dependent", headline)


def check_alone(report: SuiteReport) -> Message | None:
    """Each test is green without the others."""
    for name, run in report.runs.items():
        if name.startswith("alone[") and not is_green(run):
            red = _first_red(run)
            headline = f"{_test(red)} fails when it runs alone: it needs what another test did."
            return _about(red, "needs-another-test", headline)
    return None


def check_bug(report: SuiteReport, bug: Bug, bugs: Sequence[Bug]) -> Message | None:
    """Some test finds `bug`, which is one of `bugs`."""
    run = report.runs[run_name(bug)]
    if killers(run):
        return None
    matrix = KillMatrix.of(report, bugs)
    how = (
        "every test passes although it is there"
        if is_green(run)
        else "the suite breaks off instead of failing"
    )
    return Message(
        id=f"survives-{bug.name}",
        headline=f"Bug {matrix.number_of(bug)} survives: {how}.",
        evidence=f"Ask yourself: {bug.question[0]}\n\n{matrix.draw()}",
    )


def _first_red(run: RunResult) -> ItemResult | None:
    return next((each for each in run.results if each.outcome is not Outcome.PASSED), None)


def _test(result: ItemResult | None) -> str:
    return result.item.name.rpartition("::")[2] if result else "The suite"


def _about(
    result: ItemResult | None, message_id: str, headline: str, evidence: str = ""
) -> Message:
    """A message that carries over the evidence and the place of a failing test's own."""
    inner = result.message if result else None
    parts = [evidence, inner.evidence or inner.headline if inner else ""]
    return Message(
        id=message_id,
        headline=headline,
        evidence="\n".join(part for part in parts if part),
        path=inner.path if inner else None,
        line=inner.line if inner else None,
    )
