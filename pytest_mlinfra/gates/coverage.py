"""Branch coverage of a module by a suite."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from pytest_mlinfra.gates.finding import Finding


class Coverage(msgspec.Struct, frozen=True):
    """How much of one module a suite runs through.

    Attributes:
        percent: of statements and branches together.
        missing_lines: statements that never ran, as line numbers.
        missing_branches: jumps that were never made, as pairs of line numbers; the
            second is negative where the jump leaves the function or module.
    """

    percent: float
    missing_lines: tuple[int, ...]
    missing_branches: tuple[tuple[int, int], ...]


@contextlib.contextmanager
def measured(module: Path) -> Iterator[list[Coverage]]:
    """Measure the branch coverage of the file `module` during the block.

    Yields:
        A list that is empty at first and holds the one measurement afterwards.
    """
    from coverage import Coverage as Measurement  # noqa: PLC0415 - slow, and seldom needed

    measurement = Measurement(branch=True, include=[str(module)], data_file=None, config_file=False)
    # A module that no test imports is a result, not a reason for a warning.
    measurement._warn_no_data = False  # noqa: SLF001 - there is no public switch
    results: list[Coverage] = []
    measurement.start()
    try:
        yield results
    finally:
        measurement.stop()
        results.append(_read(measurement, module))


def _read(measurement: Any, module: Path) -> Coverage:
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        measurement.json_report(morfs=[str(module)], outfile=report.name)
        files = msgspec.json.decode(Path(report.name).read_bytes())["files"]
    (entry,) = files.values()
    return Coverage(
        percent=entry["summary"]["percent_covered"],
        missing_lines=tuple(entry["missing_lines"]),
        missing_branches=tuple((start, end) for start, end in entry["missing_branches"]),
    )


def findings_of_coverage(coverage: Coverage, module: Path) -> list[Finding]:
    """What of `module` is not covered, line by line."""
    lines = [(line, "no test runs this line") for line in coverage.missing_lines]
    branches = [
        (start, f"no test makes it go on {_target(end)}")
        for start, end in coverage.missing_branches
        if end not in coverage.missing_lines
    ]
    return [
        Finding(path=str(module), line=line, tool="coverage", rule="coverage", text=text)
        for line, text in sorted(lines + branches)
    ]


def _target(line: int) -> str:
    return f"at line {line}" if line > 0 else "to the end from here"
