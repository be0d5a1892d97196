"""Isort: the order of imports."""

from __future__ import annotations

from pathlib import Path

from answer_file import Write
from pytest_mlinfra.gates.isort import IsortGate


def test_passes_what_is_in_order(write: Write, configuration: Path) -> None:
    assert IsortGate().check([write("import os\nimport sys\n")], configuration) == []


def test_names_the_first_import_that_is_not(write: Write, configuration: Path) -> None:
    path = write('"""Echo."""\n\nimport sys\nimport os\n')

    (finding,) = IsortGate().check([path], configuration)

    assert (finding.path, finding.line, finding.rule) == (str(path), 3, "isort")
