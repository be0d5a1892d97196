"""Files of TOML that an author writes: read as data, or refused with the line and the key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec

from pytest_mlinfra.errors import CourseError
from pytest_mlinfra.katas.paths import why_unreadable
from pytest_mlinfra.places import shown

_Table = TypeVar("_Table", bound=msgspec.Struct)
# One step of a path like ``$.rule[1].messages``: a key, and which of a list.
_STEP = re.compile(r"(\w+)(?:\[(\d+)])?")
_HEADER = re.compile(r"\s*\[\[?\s*([^]]*?)\s*]")


def read_table(path: Path, kind: type[_Table], error: type[CourseError]) -> _Table:
    """The content of the file at `path`, as `kind` describes it.

    Args:
        path: a file of TOML.
        kind: what may stand in it; unknown keys are refused if it refuses them.
        error: the error to raise.

    Raises:
        CourseError: of the kind `error`, if the file cannot be read or says something
            impossible. The text names the file, the line and the key.
    """
    try:
        # Editors of Windows put a mark at the beginning, which TOML does not know.
        text = path.read_text(encoding="utf-8-sig")
        return msgspec.convert(tomllib.loads(text), kind)
    except (OSError, UnicodeDecodeError) as cause:
        raise error(f"{shown(path)} {why_unreadable(cause)}") from cause
    except tomllib.TOMLDecodeError as cause:
        raise error(f"{shown(path)} is not valid TOML: {cause}") from cause
    except msgspec.ValidationError as cause:
        place, reason = _explain(str(cause), text, kind)
        raise error(f"{shown(path)}{place}: {reason}") from cause


def _explain(complaint: str, text: str, kind: type[msgspec.Struct]) -> tuple[str, str]:
    """The line that a complaint of msgspec's is about, and the complaint in our words."""
    reason, _, place = complaint.partition(" - at `$")
    steps = [(name, int(index or 0)) for name, index in _STEP.findall(place)]
    field = re.search(r"(unknown|required) field `([^`]+)`", reason)
    if field is None:
        *table, (key, _index) = steps or [("", 0)]
        return _line_of(table, key, text), f"{key!r}: {reason[:1].lower()}{reason[1:]}"
    key = field[2]
    if field[1] == "required":
        name = ".".join(name for name, _index in steps)
        where = f" in [{name}]" if name else ""
        return _line_of(steps, "", text), f"the key {key!r} is missing{where}"
    known = _keys_of(kind, [name for name, _index in steps])
    close = difflib.get_close_matches(key, known, n=1)
    better = f"did you mean {close[0]!r}?" if close else f"the keys are {', '.join(known)}"
    return _line_of(steps, key, text), f"unknown key {key!r}; {better}"


def _keys_of(kind: Any, names: list[str]) -> tuple[str, ...]:
    """The keys that the table at `names` may have; those of `kind` itself for none."""
    for name in names:
        annotation = {field.name: field.type for field in msgspec.structs.fields(kind)}[name]
        kind = _struct_in(annotation)
    keys: tuple[str, ...] = kind.__struct_encode_fields__
    return keys


def _struct_in(annotation: Any) -> Any:
    """The table that an annotation is about: itself, its elements, or its other choice."""
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return annotation
    return next(filter(None, map(_struct_in, get_args(annotation))), None)


def _line_of(table: list[tuple[str, int]], key: str, text: str) -> str:
    """Where `text` sets `key` of `table`, or begins the table itself; empty if nowhere."""
    wanted = ".".join(name for name, _index in table)
    index = table[-1][1] if table else 0
    current = ""
    begun: Counter[str] = Counter()
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            current = header[1]
            begun[current] += 1
            is_table = not key and current == wanted and begun[current] == index + 1
            found = is_table or (not wanted and current == key)
        else:
            is_here = current == wanted and (not wanted or begun[current] == index + 1)
            found = (
                is_here and bool(key) and re.match(rf"\s*{re.escape(key)}\s*=", line) is not None
            )
        if found:
            return f", line {number}"
    return ""
