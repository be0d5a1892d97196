"""A line of a file, as everything here points at it."""

from __future__ import annotations

import linecache
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """One line of a file.

    Attributes:
        path: the file.
        line: the line, counted from 1.
        function: the name of the function that it stands in.
    """

    path: Path
    line: int
    function: str

    @property
    def text(self) -> str:
        """The line itself, without indentation; empty if the file has no such line."""
        return linecache.getline(str(self.path), self.line).strip()

    def __str__(self) -> str:
        return f"{shown(self.path)}:{self.line}"


def fitted(line: str, columns: int) -> str:
    """`line`, cut off with an ellipsis where it is longer than `columns`."""
    return line if len(line) <= columns else f"{line[: columns - 1]}…"


def shown(path: Path) -> str:
    """`path` relative to the working directory if it lies below that, else absolute.

    Links are not followed: a person looks for the file where it was put.
    """
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve follows links
    here = Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)
