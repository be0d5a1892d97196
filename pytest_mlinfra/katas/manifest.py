"""From a folder with a `kata.toml` to a `Kata`, or to an error that names the line."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import msgspec

from pytest_mlinfra.errors import ManifestError
from pytest_mlinfra.katas.model import FOLDER_NAME, Kata, Manifest
from pytest_mlinfra.katas.paths import shown, why_unreadable

FILE_NAME = "kata.toml"


def load_kata(folder: Path) -> Kata:
    """The kata that lies in `folder`.

    Args:
        folder: a folder `<exercises>/<track>/<NNN_slug>` with a ``kata.toml``.

    Raises:
        ManifestError: the folder's name, the manifest, or a file that it names
            is not as it has to be. The text says where and what would be right.
    """
    path = folder / FILE_NAME
    if not FOLDER_NAME.fullmatch(folder.name):
        raise ManifestError(
            f"the folder {folder.name!r} is not named like 030_model_health: "
            "three digits for the order, then lower-case words"
        )
    kata = Kata(folder, _decode(path))
    complaint = next(chain(_about_values(kata.manifest), _about_files(kata)), None)
    if complaint is not None:
        raise ManifestError(f"{shown(path)}: {complaint}")
    return kata


def _decode(path: Path) -> Manifest:
    try:
        # Editors of Windows put a mark at the beginning, which TOML does not know.
        text = path.read_text(encoding="utf-8-sig")
        return msgspec.convert(tomllib.loads(text), Manifest)
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{shown(path)} {why_unreadable(error)}") from error
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"{shown(path)} is not valid TOML: {error}") from error
    except msgspec.ValidationError as error:
        place, reason = _explain(str(error), text)
        raise ManifestError(f"{shown(path)}{place}: {reason}") from error


def _explain(complaint: str, text: str) -> tuple[str, str]:
    """The line that a complaint of msgspec's is about, and the complaint in our words."""
    reason, _, place = complaint.partition(" - at `$")
    place = place.strip(".`").partition("[")[0]
    field = re.search(r"(unknown|required) field `([^`]+)`", reason)
    if field is None:
        table, _, key = place.rpartition(".")
        return _line_of(table, key, text), f"{key!r}: {reason[:1].lower()}{reason[1:]}"
    key = field[2]
    if field[1] == "required":
        where = f" in [{place}]" if place else ""
        return _line_of("", place, text), f"the key {key!r} is missing{where}"
    known = _keys_of(place)
    close = difflib.get_close_matches(key, known, n=1)
    better = f"did you mean {close[0]!r}?" if close else f"the keys are {', '.join(known)}"
    return _line_of(place, key, text), f"unknown key {key!r}; {better}"


def _keys_of(table: str) -> tuple[str, ...]:
    """The keys that a table may have; those of the manifest itself for an empty name."""
    if not table:
        return Manifest.__struct_fields__
    kind = {field.name: field.type for field in msgspec.structs.fields(Manifest)}[table]
    # `Suite | None` is a choice of two, and only one of them has keys.
    kinds = getattr(kind, "__args__", (kind,))
    return next(each.__struct_fields__ for each in kinds if each is not type(None))


def _line_of(table: str, key: str, text: str) -> str:
    """Where `text` sets `key` of `table`, or begins the table `key`; empty if nowhere."""
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[\s*([^]]*?)\s*]", line)
        if header:
            current = header[1]
            found = not table and current == key
        else:
            found = current == table and re.match(rf"\s*{re.escape(key)}\s*=", line) is not None
        if found:
            return f", line {number}"
    return ""


def _about_values(manifest: Manifest) -> Iterator[str]:
    """What is wrong with values that are each of the right type and size."""
    for name, seconds in (("test", manifest.limits.test), ("kata", manifest.limits.kata)):
        if not 0 < seconds < math.inf:
            yield f"limits.{name} must be above 0 seconds and finite, not {seconds:g}"
    if manifest.gates.coverage is not None and manifest.suite is None:
        yield "gates.coverage is only for a kata with a [suite]"
    for key, names in (
        ("write", manifest.write),
        ("given", manifest.given),
        ("gates.tools", manifest.gates.tools),
    ):
        for name in names:
            if names.count(name) > 1:
                yield f"{key} names {name!r} twice"


def _about_files(kata: Kata) -> Iterator[str]:
    manifest = kata.manifest
    given = [*manifest.given, *([manifest.suite.module] if manifest.suite else [])]
    for name in (*manifest.write, *given):
        if Path(name).is_absolute() or ".." in Path(name).parts:
            yield f"{name!r} leads out of the kata's folder"
    # The files to be written are the learner's, who may have deleted one.
    for name in given:
        if not (kata.folder / name).exists():
            yield f"it names {name!r}, which is not in the folder"
    tests = {path.name for path in kata.folder.glob("test_*.py")} - {*manifest.write}
    if manifest.suite is None and not tests:
        yield "there is no test_*.py beside it, so nothing would be graded"
