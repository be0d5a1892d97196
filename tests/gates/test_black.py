"""Black: format."""

from __future__ import annotations

from pathlib import Path

from answer_file import Write
from pytest_mlinfra.gates.black import BlackGate


def test_passes_what_is_formatted(write: Write, configuration: Path) -> None:
    assert BlackGate().check([write("x = 1\n")], configuration) == []


def test_names_the_line_that_is_not(write: Write, configuration: Path) -> None:
    path = write("x = 1\ny = 2\nz=3\n")

    (finding,) = BlackGate().check([path], configuration)

    assert (finding.path, finding.line, finding.tool) == (str(path), 3, "black")


def test_follows_the_configuration(write: Write, configuration: Path) -> None:
    path = write(f"x = {' + '.join(['1'] * 24)}\n")
    assert BlackGate().check([path], configuration) == []

    configuration.write_text("[tool.black]\nline-length = 40\n")
    assert len(BlackGate().check([path], configuration)) == 1


def test_complains_about_what_is_not_python(write: Write, configuration: Path) -> None:
    (finding,) = BlackGate().check([write("def echo(:\n")], configuration)

    assert finding.text == "black cannot read this file: it is not valid Python"
