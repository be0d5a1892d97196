"""Running a learner's suite against the reference, its variants and its bugs."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import msgspec

from pytest_mlinfra.gates.coverage import Coverage
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.backend import Backend
from pytest_mlinfra.runs.job import Program
from pytest_mlinfra.runs.request import Request
from pytest_mlinfra.runs.result import RunResult
from pytest_mlinfra.suites.bugs import Bug
from pytest_mlinfra.suites.programs import COVERAGE, REFERENCE, Programs
from pytest_mlinfra.suites.report import SuiteReport, is_green
from pytest_mlinfra.suites.variants import Variant

# Every further program may take so many times the processor time and the real time that
# the reference took, and no fewer seconds than the least of each.
_PATIENCE = 10
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
    limits = kata.manifest.limits

    def run(program: Program) -> RunResult:
        return backend.run(Request((kata,), submission, program=program, limits=limits))

    reference = run(programs.reference)
    if not is_green(reference):
        return SuiteReport({REFERENCE: reference}, coverage=None, output=reference.output)
    seconds = max(_LEAST_SECONDS, _PATIENCE * reference.seconds)
    limits = msgspec.structs.replace(limits, kata=min(seconds, limits.kata))
    further = list(programs.further([result.item.name for result in reference.results]))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = dict(zip((each.name for each in further), pool.map(run, further), strict=True))
    measured = runs[COVERAGE].notes.get(COVERAGE)
    coverage = msgspec.convert(measured, Coverage) if measured else None
    return SuiteReport({REFERENCE: reference} | runs, coverage, reference.output)
