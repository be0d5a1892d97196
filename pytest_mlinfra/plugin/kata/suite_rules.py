"""The rules for a learner's suite, over one run of it against every program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial

from pytest_mlinfra.errors import CourseError
from pytest_mlinfra.gates.coverage import findings_of_coverage
from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.result import ItemResult, Sort
from pytest_mlinfra.katas.model import Kata, Suite
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.plugin.kata.gate_rules import message_for
from pytest_mlinfra.plugin.kata.items import Rule
from pytest_mlinfra.runs.backend import shared_backend
from pytest_mlinfra.suites import rules
from pytest_mlinfra.suites.bugs import read_bugs
from pytest_mlinfra.suites.programs import REFERENCE, REVERSED, SHUFFLED
from pytest_mlinfra.suites.report import SuiteReport
from pytest_mlinfra.suites.runner import run_suite
from pytest_mlinfra.suites.variants import read_variants

Named = tuple[str, Sort, Rule]
Check = Callable[[SuiteReport], Message | None]


class SuiteRules:
    """The rules of one testing kata; the suite runs when the first verdict is needed.

    Raises:
        CourseError: the kata's bugs or variants cannot be used.
    """

    def __init__(self, kata: Kata, suite: Suite, submission: Submission) -> None:
        self._kata = kata
        self._suite = suite
        self._submission = submission
        self._bugs = read_bugs(kata)
        self._variants = read_variants(kata)
        text = (kata.folder / suite.module).read_text(encoding="utf-8")
        for bug in self._bugs:
            bug.plant(text)

    def rules(self) -> Iterator[Named]:
        """The name, the sort and the rule of everything that is graded."""
        yield REFERENCE, Sort.SUITE, lambda: rules.check_reference(self._report, self._suite)
        for variant in self._variants:
            about = variant.description
            check = partial(rules.check_variant, name=variant.run_name, description=about)
            yield variant.run_name, Sort.SUITE, self._once_green(check)
        yield "alone", Sort.SUITE, self._once_green(rules.check_alone)
        for name, order in ((REVERSED, "reversed"), (SHUFFLED, "shuffled")):
            check = partial(rules.check_order, name=name, order=order)
            yield name, Sort.SUITE, self._once_green(check)
        for number, bug in enumerate(self._bugs, start=1):
            check = partial(rules.check_bug, bug=bug, bugs=self._bugs)
            yield f"bug[{number}]", Sort.BUG, self._once_green(check)
        if self._kata.manifest.gates.coverage is not None:
            yield "coverage", Sort.GATE, self._once_green(self._check_coverage)

    @property
    def results(self) -> tuple[ItemResult, ...]:
        """What became of the learner's own tests on the reference; nothing if they never ran."""
        report: SuiteReport | None = self.__dict__.get("_report")
        return report.reference.results if report and report.reference else ()

    @cached_property
    def _report(self) -> SuiteReport:
        backend = shared_backend()
        return run_suite(backend, self._kata, self._submission, self._bugs, self._variants)

    def _once_green(self, check: Check) -> Rule:
        """A rule that is judged only of a suite which is green on the correct program."""
        return lambda: rules.not_judged(self._report) or check(self._report)

    def _check_coverage(self, report: SuiteReport) -> Message | None:
        coverage, threshold = report.coverage, self._kata.manifest.gates.coverage or 0
        if coverage is None:
            raise CourseError(f"the coverage was not measured: {report.output}")
        if coverage.percent >= threshold:
            return None
        module = self._kata.folder / self._suite.module
        reached = f"{coverage.percent:.0f} % of the module's statements and branches"
        headline = f"Your tests run through {reached}; {threshold:g} % are asked for."
        return message_for("coverage", findings_of_coverage(coverage, module), headline)
