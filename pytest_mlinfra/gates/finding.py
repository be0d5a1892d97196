"""What a quality tool has to say about one place, whichever tool it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from pytest_mlinfra.places import shown


class Finding(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One complaint of one tool.

    Attributes:
        path: the file, as it was given to the tool.
        line: the line, counted from 1; 0 where the whole file is meant.
        tool: the tool's name.
        rule: the tool's name for the rule.
        text: what is wrong, in plain words.
        url: the tool's own page about the rule; empty if it has none.
    """

    path: str
    line: int
    tool: str
    rule: str
    text: str
    url: str = ""

    def __str__(self) -> str:
        path = shown(Path(self.path))
        place = f"{path}:{self.line}" if self.line else path
        return f"{place}: {self.rule}: {self.text}"


def summary(findings: Sequence[Finding], most: int = 6) -> str:
    """`findings` as lines, those beyond `most` only counted, with one link per rule shown."""
    shown = findings[:most]
    lines = [str(finding) for finding in shown]
    if len(findings) > most:
        lines.append(f"… and {len(findings) - most} more")
    links = {finding.rule: finding.url for finding in shown if finding.url}
    lines += [f"{rule} is explained at {url}" for rule, url in links.items()]
    return "\n".join(lines)
