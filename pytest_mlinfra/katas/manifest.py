"""From a folder with a `kata.toml` to a `Kata`, or to an error that names the line."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path

import msgspec

from pytest_mlinfra.errors import ManifestError
from pytest_mlinfra.katas.model import FOLDER_NAME, Kata, Manifest
from pytest_mlinfra.katas.paths import shown

FILE_NAME = "kata.toml"
_WHOLE = 100  # percent


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
    _check_values(kata, path)
    _check_files(kata, path)
    return kata


def _decode(path: Path) -> Manifest:
    try:
        text = path.read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), Manifest)
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{shown(path)} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"{shown(path)} is not valid TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise ManifestError(_explain(str(error), path, text)) from error


def _explain(complaint: str, path: Path, text: str) -> str:
    """`complaint` in the manifest's own words, with the line of the key it is about."""
    table = Manifest
    where = re.search(r" - at `\$\.?(.*)`", complaint)
    place = where[1] if where else ""
    reason = complaint[: where.start()] if where else complaint
    unknown = re.search(r"unknown field `([^`]+)`", reason)
    if unknown:
        key = unknown[1]
        known = _keys_of(place) or table.__struct_fields__
        close = difflib.get_close_matches(key, known, n=1)
        better = f"did you mean {close[0]!r}?" if close else f"the keys are {', '.join(known)}"
        reason = f"unknown key {key!r}; {better}"
    else:
        missing = re.search(r"missing required field `([^`]+)`", reason)
        key = place.partition("[")[0].rpartition(".")[2]
        if missing:
            reason = f"the key {missing[1]!r} is missing" + (f" in [{place}]" if place else "")
        else:
            reason = f"{key!r}: {reason[:1].lower()}{reason[1:]}"
    return f"{shown(path)}{_line_of(key, text)}: {reason}"


def _keys_of(place: str) -> tuple[str, ...]:
    """The keys that the table at `place` may have; none for the manifest itself."""
    default = {field.name: field.type for field in msgspec.structs.fields(Manifest)}.get(place)
    options = getattr(default, "__args__", (default,))
    for option in options:
        if isinstance(option, type) and issubclass(option, msgspec.Struct):
            return option.__struct_fields__
    return ()


def _line_of(key: str, text: str) -> str:
    if not key:
        return ""
    pattern = re.compile(rf"\s*(\[{re.escape(key)}\]|{re.escape(key)}\s*=)")
    for number, line in enumerate(text.splitlines(), start=1):
        if pattern.match(line):
            return f", line {number}"
    return ""


def _check_values(kata: Kata, path: Path) -> None:
    manifest = kata.manifest
    if not manifest.write:
        raise ManifestError(f"{shown(path)}: 'write' must name at least one file for the learner")
    if manifest.minutes <= 0:
        raise ManifestError(f"{shown(path)}: 'minutes' must be above 0, not {manifest.minutes}")
    for name, limit in msgspec.structs.asdict(manifest.limits).items():
        if limit <= 0:
            raise ManifestError(f"{shown(path)}: limits.{name} must be above 0, not {limit:g}")
    coverage = manifest.gates.coverage
    if coverage is not None and not (manifest.suite and 0 < coverage <= _WHOLE):
        raise ManifestError(
            f"{shown(path)}: gates.coverage is a percentage above 0 and up to 100, "
            "and only a kata with a [suite] has one"
        )


def _check_files(kata: Kata, path: Path) -> None:
    manifest = kata.manifest
    given = [*manifest.given, *([manifest.suite.module] if manifest.suite else [])]
    for name in (*manifest.write, *given):
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ManifestError(f"{shown(path)}: {name!r} leads out of the kata's folder")
    # The files to be written are the learner's, who may have deleted one.
    for name in given:
        if not (kata.folder / name).exists():
            raise ManifestError(f"{shown(path)}: it names {name!r}, which is not in the folder")
