"""Ruff: lint."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from pytest_mlinfra.gates.finding import Finding
from pytest_mlinfra.gates.tool import ToolError, run_tool

_OPTIONS = ("check", "--no-cache", "--ignore-noqa", "--output-format=json")


class RuffGate:
    """The rules that the configuration selects; a comment cannot switch one off."""

    name = "ruff"

    def check(
        self, files: Sequence[Path], configuration: Path, search: Sequence[Path] = ()
    ) -> list[Finding]:
        """See `pytest_mlinfra.gates.tool.Gate.check`."""
        output = run_tool("ruff", *_OPTIONS, "--quiet", f"--config={configuration}", *files)
        return _read(output.stdout)


def lint_project(folder: Path) -> list[Finding]:
    """What ``ruff check`` finds in `folder`, by the configuration that lies there.

    Args:
        folder: a project, with a ``pyproject.toml`` at its root.

    Raises:
        MissingToolError: ruff is not installed.
        ToolError: it does not accept the configuration, or calls it outdated.
    """
    try:
        output = run_tool("ruff", *_OPTIONS, ".", folder=folder)
    except ToolError as error:
        raise ToolError(_without_folder(str(error), folder)) from None
    if any(line.startswith("warning: The") for line in output.stderr.splitlines()):
        warning = _without_folder(output.stderr, folder)
        raise ToolError(f"ruff accepts the configuration under protest: {warning}")
    return _read(output.stdout)


def _without_folder(text: str, folder: Path) -> str:
    """`text` without the path of the project, which means nothing to whoever reads it."""
    return text.replace(f"{folder}{os.sep}", "").strip()


def _read(output: str) -> list[Finding]:
    return [_finding(entry) for entry in msgspec.json.decode(output)]


def _finding(entry: dict[str, Any]) -> Finding:
    return Finding(
        path=entry["filename"],
        line=entry["location"]["row"],
        tool="ruff",
        rule=entry["code"] or "invalid-syntax",
        text=entry["message"],
        url=entry["url"] or "",
    )
