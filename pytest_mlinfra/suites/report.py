"""What a suite did with every program that it was run against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pytest_mlinfra.gates.coverage import Coverage
from pytest_mlinfra.grading.result import ItemResult, Outcome
from pytest_mlinfra.runs.result import RunResult
from pytest_mlinfra.suites.programs import REFERENCE


@dataclass(frozen=True)
class SuiteReport:
    """The runs of one suite.

    Attributes:
        runs: by the names of the programs; without any but the reference's where the
            suite was not green on that.
        coverage: of the module by the suite; None where it was not measured.
        output: what the process printed, in case that it broke.
    """

    runs: Mapping[str, RunResult]
    coverage: Coverage | None
    output: str = ""

    @property
    def reference(self) -> RunResult | None:
        """The run against the reference; None if the process did not get that far."""
        return self.runs.get(REFERENCE)

    @property
    def is_green(self) -> bool:
        """Whether every test passed on the reference, and there was one."""
        return self.reference is not None and is_green(self.reference)


def is_green(run: RunResult) -> bool:
    """Whether `run` came to its end and all of its tests, at least one, passed."""
    passed = all(result.outcome is Outcome.PASSED for result in run.results)
    return run.exit_code is not None and bool(run.results) and passed


def killers(run: RunResult) -> list[ItemResult]:
    """The tests that found the program wrong: they failed while they were being called.

    A test that could not be set up, and a run that hangs or breaks off, find nothing.
    """
    return [
        result
        for result in run.results
        if result.outcome is Outcome.FAILED and result.phase == "call" and not _hangs(result)
    ]


def _hangs(result: ItemResult) -> bool:
    return result.message is not None and result.message.id == "time-limit"
