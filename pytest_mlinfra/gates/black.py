"""Black: format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pytest_mlinfra.gates.finding import Finding
from pytest_mlinfra.gates.rewriter import findings_of_rewriter
from pytest_mlinfra.gates.tool import run_tool

# What is not valid Python ends black with 123; to say so is the other gates' matter.
_DONE = (0, 123)


class BlackGate:
    """The files are formatted as black would."""

    name = "black"

    def check(
        self, files: Sequence[Path], configuration: Path, search: Sequence[Path] = ()
    ) -> list[Finding]:
        """See `pytest_mlinfra.gates.tool.Gate.check`."""

        def diff(path: Path) -> str:
            option = f"--config={configuration}"
            return run_tool("black", "--quiet", "--diff", option, path, accept=_DONE).stdout

        return findings_of_rewriter("black", "black would format this line otherwise", files, diff)
