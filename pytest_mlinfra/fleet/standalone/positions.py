"""Where in a TOML file each key stands.

`tomllib` tells what a file says, but not in which line. So the text is walked through
once more, which is simple since it is known to be valid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Path = tuple[str | int, ...]
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]+")
_STRINGS = {
    '"""': re.compile(r'"""(?:\\.|[^\\])*?"""(?:"{0,2})', re.DOTALL),
    "'''": re.compile(r"'''.*?'''(?:'{0,2})", re.DOTALL),
    '"': re.compile(r'"(?:\\.|[^"\\])*"'),
    "'": re.compile(r"'[^']*'"),
}


@dataclass(frozen=True)
class Position:
    """A place in a text, both counted from 1."""

    line: int
    column: int


def positions_in(text: str) -> dict[Path, Position]:
    """The position of each key, table and element of an array in a valid TOML document.

    Args:
        text: the document.

    Returns:
        Positions by path: ``("models", 1, "name")`` is the name of the second model.
    """
    return _Walk(text).positions()


def position_of(path: Path, positions: dict[Path, Position]) -> Position | None:
    """The position of `path`, or of the nearest thing around it that has one."""
    while path:
        if path in positions:
            return positions[path]
        path = path[:-1]
    return None


class _Walk:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: dict[Path, Position] = {}
        # How many tables each array of tables has so far.
        self._tables: dict[Path, int] = {}

    def positions(self) -> dict[Path, Position]:
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self._found

    def _header(self) -> Path:
        """A line ``[table]`` or ``[[array of tables]]``."""
        start = self._at
        brackets = 2 if self._text.startswith("[[", start) else 1
        self._at += brackets
        *parents, name = self._key()
        self._skip(_BLANK)
        self._at += brackets
        path = (*self._resolved(parents, start), name)
        if brackets == 2:  # noqa: PLR2004
            count = self._tables.get(path, 0)
            self._tables[path] = count + 1
            self._note(path, start)
            path = (*path, count)
        self._note(path, start)
        return path

    def _resolved(self, names: list[str], at: int) -> Path:
        """The path that `names` mean in a header: of an array of tables, the last one."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            self._note(path, at)
            if path in self._tables:
                path = (*path, self._tables[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        start = self._at
        path = table
        for name in self._key():
            path = (*path, name)
            self._note(path, start)
        self._skip(_BLANK)
        self._at += len("=")
        self._skip(_BLANK)
        self._value(path)

    def _value(self, path: Path) -> None:
        match self._text[self._at]:
            case "[":
                self._array(path)
            case "{":
                self._inline_table(path)
            case '"' | "'":
                self._string()
            case _:
                self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        self._at += 1
        index = 0
        self._skip(_BLANK)
        while self._text[self._at] != "]":
            self._note((*path, index), self._at)
            self._value((*path, index))
            index += 1
            self._skip_comma()
        self._at += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        self._skip(_BLANK)
        while self._text[self._at] != "}":
            self._pair(path)
            self._skip_comma()
        self._at += 1

    def _key(self) -> list[str]:
        names = []
        while True:
            self._skip(_BLANK)
            if self._text[self._at] in "\"'":
                names.append(self._string()[1:-1])
            else:
                names.append(self._skip(_BARE_KEY))
            self._skip(_BLANK)
            if self._text[self._at] != ".":
                return names
            self._at += 1

    def _string(self) -> str:
        quote = next(each for each in _STRINGS if self._text.startswith(each, self._at))
        return self._skip(_STRINGS[quote])

    def _skip_comma(self) -> None:
        self._skip(_BLANK)
        if self._text[self._at] == ",":
            self._at += 1
            self._skip(_BLANK)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        assert found is not None
        self._at = found.end()
        return found[0]

    def _note(self, path: Path, at: int) -> None:
        line = self._text.count("\n", 0, at) + 1
        column = at - (self._text.rfind("\n", 0, at) + 1) + 1
        self._found.setdefault(path, Position(line, column))
