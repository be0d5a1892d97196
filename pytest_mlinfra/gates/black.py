"""Black: format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pytest_mlinfra.gates.finding import Finding
from pytest_mlinfra.gates.rewriter import findings_of_rewriter
from pytest_mlinfra.gates.tool import run_tool

_NOT_PYTHON = 123


class BlackGate:
    """The files are formatted as black would."""

    name = "black"

    def check(
        self, files: Sequence[Path], configuration: Path, search: Sequence[Path] = ()
    ) -> list[Finding]:
        """See `pytest_mlinfra.gates.tool.Gate.check`."""
        unreadable: list[Finding] = []

        def diff(path: Path) -> str:
            options = ("--quiet", "--diff", f"--config={configuration}", path)
            output = run_tool("black", *options, accept=(0, _NOT_PYTHON))
            if output.exit_code == _NOT_PYTHON:
                text = "black cannot read this file: it is not valid Python"
                unreadable.append(
                    Finding(path=str(path), line=0, tool="black", rule="black", text=text)
                )
            return output.stdout

        wording = "black would format this line otherwise"
        return findings_of_rewriter("black", wording, files, diff) + unreadable
