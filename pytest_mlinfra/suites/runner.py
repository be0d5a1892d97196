"""Running a learner's suite against the reference, its variants and its bugs."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import msgspec

from pytest_mlinfra.gates.coverage import Coverage
from pytest_mlinfra.katas.model import Kata, Limits
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.backend import Backend
from pytest_mlinfra.runs.job import Program
from pytest_mlinfra.runs.request import Request
from pytest_mlinfra.runs.result import RunResult
from pytest_mlinfra.suites.bugs import Bug
from pytest_mlinfra.suites.programs import COVERAGE, REFERENCE, Programs
from pytest_mlinfra.suites.report import SuiteReport, is_green
from pytest_mlinfra.suites.variants import Variant

# A program that is not the reference may let the suite hang. It may take so many times
# the seconds that the reference took, and no fewer than these of processor time and of
# real time, in which it sleeps or waits.
_PATIENCE = 5
_LEAST_CPU = 0.5
_LEAST_SECONDS = 1.0


def run_suite(
    backend: Backend,
    kata: Kata,
    submission: Submission,
    bugs: tuple[Bug, ...],
    variants: tuple[Variant, ...],
) -> SuiteReport:
    """Run the suite that `submission` answers `kata` with against every program.

    Raises:
        BugError: a bug cannot be planted.
        RunError: nothing can be run.
    """
    assert kata.manifest.suite is not None
    programs = Programs(kata.folder / kata.manifest.suite.module, bugs, variants)

    def run(program: Program) -> RunResult:
        # The correct program in another order, or measured, hangs no more than before.
        allowed = kata.manifest.limits if program.text == programs.reference.text else hurried
        return backend.run(Request((kata,), submission, program=program, limits=allowed))

    hurried = kata.manifest.limits
    reference = run(programs.reference)
    if not is_green(reference):
        return SuiteReport({REFERENCE: reference}, coverage=None, output=reference.output)
    hurried = _hurried(hurried, reference.seconds)
    further = list(programs.further([result.item.name for result in reference.results]))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = dict(zip((each.name for each in further), pool.map(run, further), strict=True))
    measured = runs[COVERAGE].notes.get(COVERAGE)
    coverage = msgspec.convert(measured, Coverage) if measured else None
    return SuiteReport({REFERENCE: reference} | runs, coverage, reference.output)


def _hurried(limits: Limits, seconds: float) -> Limits:
    """`limits` for a program other than the reference, with which the suite took `seconds`."""
    patience = _PATIENCE * seconds
    return msgspec.structs.replace(
        limits,
        cpu=min(limits.cpu, max(_LEAST_CPU, patience)),
        kata=min(limits.kata, max(_LEAST_SECONDS, patience)),
    )
