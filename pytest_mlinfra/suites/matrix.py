"""The kill matrix: which test finds which bug."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_mlinfra.places import fitted
from pytest_mlinfra.suites.bugs import Bug
from pytest_mlinfra.suites.programs import run_name
from pytest_mlinfra.suites.report import SuiteReport, killers

# So many columns for a test's name, and so many bugs side by side, fit 76 columns: where
# the matrix is shown it is indented.
_LABEL_COLUMNS = 34
_MOST_COLUMNS = 9


@dataclass(frozen=True)
class KillMatrix:
    """Tests by bugs.

    Attributes:
        tests: names of the tests, in their order.
        bugs: the bugs, in the order of their numbers.
        kills: pairs of a test's name and a bug's.
    """

    tests: tuple[str, ...]
    bugs: tuple[Bug, ...]
    kills: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, report: SuiteReport, bugs: Sequence[Bug]) -> KillMatrix:
        """The matrix of a suite's runs."""
        tests = report.reference.results if report.reference else ()
        return cls(
            tests=tuple(result.item.name for result in tests),
            bugs=tuple(bugs),
            kills=frozenset(
                (killer.item.name, bug.name)
                for bug in bugs
                if run_name(bug) in report.runs
                for killer in killers(report.runs[run_name(bug)])
            ),
        )

    def number_of(self, bug: Bug) -> int:
        """The number by which a learner knows `bug`, counted from 1."""
        return self.bugs.index(bug) + 1

    @property
    def survivors(self) -> tuple[Bug, ...]:
        """The bugs that no test finds."""
        found = {bug for _test, bug in self.kills}
        return tuple(bug for bug in self.bugs if bug.name not in found)

    @property
    def idle_tests(self) -> tuple[str, ...]:
        """The tests that find no bug."""
        busy = {test for test, _bug in self.kills}
        return tuple(test for test in self.tests if test not in busy)

    def draw(self) -> str:
        """The matrix as text of at most 76 columns, bugs beyond the first few below it."""
        blocks = [
            self._draw_columns(self.bugs[start : start + _MOST_COLUMNS])
            for start in range(0, len(self.bugs), _MOST_COLUMNS)
        ]
        return "\n\n".join(blocks)

    def _draw_columns(self, bugs: Sequence[Bug]) -> str:
        numbers = "".join(f"{self.number_of(bug):>3}" for bug in bugs)
        lines = [f"{'bug':>{_LABEL_COLUMNS}}{numbers}"]
        for test in self.tests:
            marks = "".join(f"{'x' if (test, bug.name) in self.kills else '·':>3}" for bug in bugs)
            name = test.rpartition("::")[2]
            label = fitted(name, _LABEL_COLUMNS)
            idle = "  finds nothing" if test in self.idle_tests else ""
            lines.append(f"{label:<{_LABEL_COLUMNS}}{marks}{idle}")
        survivors = [bug in self.survivors for bug in bugs]
        marks = "".join(f"{'!' if survives else '':>3}" for survives in survivors)
        lines.append(f"{'survives':>{_LABEL_COLUMNS}}{marks}".rstrip())
        return "\n".join(lines)
