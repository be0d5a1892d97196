"""Running a learner's suite against the reference, its variants and its bugs."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pytest_mlinfra.gates.coverage import Coverage
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.events import read_events
from pytest_mlinfra.runs.fresh import Request, grading_environment, pytest_command
from pytest_mlinfra.runs.process import run_process
from pytest_mlinfra.runs.result import RunResult, result_of
from pytest_mlinfra.suites.bugs import Bug
from pytest_mlinfra.suites.matrix import run_name
from pytest_mlinfra.suites.report import SuiteReport
from pytest_mlinfra.suites.request import (
    COVERAGE,
    PROGRAM,
    REFERENCE,
    TIMED_OUT,
    Program,
    SuiteRequest,
    log_name,
)
from pytest_mlinfra.suites.variants import Variant

REVERSED = "order[reversed]"
SHUFFLED = "order[shuffled]"


def run_suite(
    kata: Kata, submission: Submission, bugs: tuple[Bug, ...], variants: tuple[Variant, ...]
) -> SuiteReport:
    """Run the suite that `submission` answers `kata` with against every program.

    Raises:
        BugError: a bug cannot be planted.
    """
    assert kata.manifest.suite is not None
    module = kata.folder / kata.manifest.suite.module
    text = module.read_text(encoding="utf-8")
    programs = [
        *(Program(name=variant.run_name, text=variant.text) for variant in variants),
        Program(name=REVERSED, text=text, order="reversed"),
        Program(name=SHUFFLED, text=text, order="shuffled"),
        *(Program(name=run_name(bug), text=bug.plant(text)) for bug in bugs),
        Program(name=COVERAGE, text=text, measure=True),
    ]
    with tempfile.TemporaryDirectory(prefix="mlinfra-") as scratch:
        request = SuiteRequest(
            module=str(module),
            logs=scratch,
            reference=Program(name=REFERENCE, text=text),
            programs=tuple(programs),
            alone=True,
            seconds=kata.manifest.limits.test,
            seed=secrets.randbits(32),
        )
        file = Path(scratch) / "suite.json"
        file.write_bytes(msgspec.json.encode(request))
        options = (f"--mlinfra-suite={file}", "--capture=no")
        ending = run_process(
            pytest_command(Request(kata, submission, options)),
            seconds=kata.manifest.limits.kata,
            folder=Path.cwd(),
            environment=grading_environment(scratch),
        )
        runs = dict(_read_runs(Path(scratch)))
    measured = runs[COVERAGE].notes.get(COVERAGE) if COVERAGE in runs else None
    coverage = msgspec.convert(measured, Coverage) if measured else None
    return SuiteReport(runs=runs, coverage=coverage, output=ending.output)


def _read_runs(folder: Path) -> Iterator[tuple[str, RunResult]]:
    index = 0
    while (log := folder / log_name(index)).exists():
        events = read_events(log)
        run = result_of(events)
        if TIMED_OUT in run.notes:
            run = result_of(events, seconds=run.notes[TIMED_OUT], timed_out=True)
        yield run.notes[PROGRAM], run
        index += 1
