"""What is wrong with a TOML file, each with its line and column."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pytest_mlinfra.errors import FleetFileError
from pytest_mlinfra.fleet.standalone import positions

_QUOTED = re.compile(r"'([\w.-]+)'")
_PLACE = re.compile(r" - at `\$\.?([^`]*)`")


class Problems:
    """Collects what is wrong with one file.

    Args:
        path: the file, as it is to be named.
        text: what stands in it.
    """

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text
        self._positions: dict[positions.Path, positions.Position] = {}
        self._found: list[tuple[positions.Position, str]] = []

    def decoded(self) -> dict[str, Any]:
        """What the file says.

        Raises:
            FleetFileError: it is not valid TOML.
        """
        try:
            document = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            raise FleetFileError([self._syntax(str(error))]) from error
        self._positions = positions.positions_in(self._text)
        return document

    def add(self, where: positions.Path, complaint: str, *, about: str = "") -> None:
        """Note a problem.

        Args:
            where: the path of the key or table.
            complaint: what is wrong; keys that it names in quotes are looked for below
                `where`.
            about: what to say before it.
        """
        for named in _QUOTED.findall(complaint):
            below = (*where, *named.split("."))
            while len(below) > len(where) and below not in self._positions:
                below = below[:-1]
            where = below
        found = positions.position_of(where, self._positions)
        self._found.append((found or positions.Position(1, 1), f"{about}{complaint}"))

    def raise_if_any(self) -> None:
        """End here if anything is wrong.

        Raises:
            FleetFileError: something is.
        """
        if self._found:
            ordered = sorted(self._found, key=lambda each: (each[0].line, each[0].column))
            raise FleetFileError([self._told(*each) for each in ordered])

    def _told(self, at: positions.Position, complaint: str) -> str:
        return f"{self._path}:{at.line}:{at.column}: {complaint}"

    def _syntax(self, complaint: str) -> str:
        """The complaint of `tomllib`, whose place comes first like all others."""
        place = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)", complaint)
        reason = complaint[: place.start()] if place else complaint
        if place and place[1]:
            at = positions.Position(int(place[1]), int(place[2]))
        else:
            lines = self._text.splitlines() or [""]
            at = positions.Position(len(lines), len(lines[-1]) + 1)
        return self._told(at, f"this is not valid TOML: {reason[:1].lower()}{reason[1:]}")


def in_words(complaint: str, known: Iterable[str]) -> str:
    """The complaint of a conversion, in words that name the key first.

    Args:
        complaint: the text of a `msgspec.ValidationError`.
        known: the keys that there are.
    """
    place = _PLACE.search(complaint)
    key = place[1] if place else ""
    reason = complaint[: place.start()] if place else complaint
    if unknown := re.search(r"unknown field `([^`]+)`", reason):
        name = ".".join(filter(None, (key, unknown[1])))
        return f"unknown key {name!r}; {did_you_mean(unknown[1], known)}"
    reason = f"{reason[:1].lower()}{reason[1:]}".replace("`", "").replace(" | null", "")
    return f"{key!r}: {reason}" if key else reason


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """What somebody may have meant by `word`, or what there is."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"the keys are {', '.join(names)}"
