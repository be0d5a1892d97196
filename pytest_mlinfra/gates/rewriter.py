"""What black and isort have in common: they say what they would rewrite."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from pytest_mlinfra.gates.finding import Finding

_HUNK = re.compile(r"^@@ -(\d+)", re.MULTILINE)


def findings_of_rewriter(
    tool: str, text: str, files: Sequence[Path], diff: Callable[[Path], str]
) -> list[Finding]:
    """One finding for each file that `tool` would rewrite, at the first line it would touch.

    Args:
        tool: the tool's name, and that of its only rule.
        text: what to say about such a file.
        files: the files.
        diff: from a file to the unified diff that the tool would apply to it.
    """
    findings = []
    for path in files:
        change = diff(path)
        if change.strip():
            first = _HUNK.search(change)
            line = _first_changed_line(change, int(first[1])) if first else 0
            findings.append(Finding(path=str(path), line=line, tool=tool, rule=tool, text=text))
    return findings


def _first_changed_line(change: str, start: int) -> int:
    """The line of the old file that the first hunk of `change`, beginning at `start`, touches."""
    _, _, hunk = change.partition("\n@@ ")
    line = start
    for each in hunk.splitlines()[1:]:
        if each.startswith(("-", "+")):
            return max(line, 1)
        line += 1
    return max(start, 1)
