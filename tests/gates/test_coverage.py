"""Branch coverage of a module by a suite."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from pytest_mlinfra.gates.coverage import Coverage, findings_of_coverage

MODULE = """\
def sign(number):
    if number < 0:
        return "-"
    return "+"
"""
# In a process of its own: coverage of coverage would be confused with this session's.
SCRIPT = """\
import sys
from pathlib import Path
import msgspec
from pytest_mlinfra.gates.coverage import measured

sys.path.insert(0, sys.argv[1])
with measured(Path(sys.argv[1]) / "sign.py") as results:
    exec(sys.argv[2])
print(msgspec.json.encode(results).decode())
"""


def _measure(tmp_path: Path, suite: str) -> Coverage:
    (tmp_path / "sign.py").write_text(MODULE)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), suite],
        capture_output=True,
        text=True,
        check=True,
    )
    (coverage,) = msgspec.json.decode(done.stdout, type=list[Coverage])
    return coverage


def test_a_suite_may_run_through_everything(tmp_path: Path) -> None:
    coverage = _measure(tmp_path, "import sign; sign.sign(-1); sign.sign(1)")

    assert coverage == Coverage(100.0, (), ())
    assert findings_of_coverage(coverage, tmp_path / "sign.py") == []


def test_lines_and_branches_that_are_missed_are_named(tmp_path: Path) -> None:
    coverage = _measure(tmp_path, "import sign; sign.sign(1)")

    assert coverage.percent == pytest.approx(100 * 4 / 6)
    assert (coverage.missing_lines, coverage.missing_branches) == ((3,), ((2, 3),))
    (finding,) = findings_of_coverage(coverage, tmp_path / "sign.py")
    assert (finding.line, finding.text) == (3, "no test runs this line")


def test_a_suite_that_never_imports_the_module_covers_nothing(tmp_path: Path) -> None:
    coverage = _measure(tmp_path, "pass")

    assert (coverage.percent, coverage.missing_lines) == (0, (1, 2, 3, 4))


def test_a_jump_that_is_never_made_is_told_by_where_it_leads() -> None:
    coverage = Coverage(80.0, (), ((2, 5), (2, -1)))

    texts = [finding.text for finding in findings_of_coverage(coverage, Path("sign.py"))]

    assert texts == [
        "no test makes it go on at line 5",
        "no test makes it go on to the end from here",
    ]
