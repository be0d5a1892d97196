"""Ruff: lint."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from pytest_mlinfra.gates.finding import Finding
from pytest_mlinfra.gates.tool import run_tool


class RuffGate:
    """The rules that the configuration selects; a comment cannot switch one off."""

    name = "ruff"

    def check(
        self, files: Sequence[Path], configuration: Path, search: Sequence[Path] = ()
    ) -> list[Finding]:
        """See `pytest_mlinfra.gates.tool.Gate.check`."""
        output = run_tool(
            "ruff",
            "check",
            "--quiet",
            "--no-cache",
            "--ignore-noqa",
            "--output-format=json",
            f"--config={configuration}",
            *files,
        )
        return [_finding(entry) for entry in msgspec.json.decode(output.stdout)]


def _finding(entry: dict[str, Any]) -> Finding:
    return Finding(
        path=entry["filename"],
        line=entry["location"]["row"],
        tool="ruff",
        rule=entry["code"] or "invalid-syntax",
        text=entry["message"],
        url=entry["url"] or "",
    )
