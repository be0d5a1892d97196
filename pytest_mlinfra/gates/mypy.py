"""Mypy: types."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from pytest_mlinfra.gates.finding import Finding
from pytest_mlinfra.gates.tool import ToolError, run_tool

_PAGE = "https://mypy.readthedocs.io/en/stable/_refs.html#code-{}"


class MypyGate:
    """The types are complete and fit together."""

    name = "mypy"

    def check(
        self, files: Sequence[Path], configuration: Path, search: Sequence[Path] = ()
    ) -> list[Finding]:
        """See `pytest_mlinfra.gates.tool.Gate.check`."""
        output = run_tool(
            "mypy",
            "--output=json",
            "--no-error-summary",
            f"--config-file={configuration}",
            f"--cache-dir={_cache_beside(configuration)}",
            *files,
            # A syntax error is a finding like any other, but ends mypy with 2.
            accept=(0, 1, 2),
            environment={"MYPYPATH": os.pathsep.join(map(str, search))},
        )
        if output.stderr.strip():
            raise ToolError(f"mypy could not do its work: {output.stderr.strip()}")
        entries = [msgspec.json.decode(line) for line in output.stdout.splitlines()]
        # What mypy remembers of a module has the path that it had then, in another submission, say.
        by_name = {file.name: file for file in files}
        return [_finding(entry, by_name) for entry in entries if entry["severity"] == "error"]


def _cache_beside(configuration: Path) -> str:
    """Where mypy keeps what it found out: where ``mypy .`` would, if that may be written to.

    Not in the working directory, which may be any: a second run takes a tenth of the time.
    """
    folder = configuration.parent
    return str(folder / ".mypy_cache") if os.access(folder, os.W_OK) else os.devnull


def _finding(entry: dict[str, Any], by_name: Mapping[str, Path]) -> Finding:
    code = entry["code"] or "syntax"
    path = Path(entry["file"])
    return Finding(
        path=str(Path.cwd() / by_name.get(path.name, path)),
        line=max(entry["line"], 0),
        tool="mypy",
        rule=code,
        text=entry["message"],
        url=_PAGE.format(code),
    )
