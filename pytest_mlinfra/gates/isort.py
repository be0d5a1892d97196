"""Isort: the order of imports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pytest_mlinfra.gates.finding import Finding
from pytest_mlinfra.gates.rewriter import findings_of_rewriter
from pytest_mlinfra.gates.tool import run_tool


class IsortGate:
    """The imports stand in isort's order."""

    name = "isort"

    def check(
        self, files: Sequence[Path], configuration: Path, search: Sequence[Path] = ()
    ) -> list[Finding]:
        """See `pytest_mlinfra.gates.tool.Gate.check`."""

        def diff(path: Path) -> str:
            settings = f"--settings-file={configuration}"
            return run_tool("isort", "--check-only", "--diff", settings, path).stdout

        return findings_of_rewriter("isort", "isort would order these imports", files, diff)
