"""From a folder with a `kata.toml` to a `Kata`, or to an error that names the line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import msgspec

from pytest_mlinfra.errors import ManifestError
from pytest_mlinfra.katas.model import FOLDER_NAME, Kata, Manifest
from pytest_mlinfra.katas.tables import read_table
from pytest_mlinfra.places import shown

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
    kata = Kata(folder, read_table(path, Manifest, ManifestError))
    complaint = next(chain(_about_values(kata.manifest), _about_files(kata)), None)
    if complaint is not None:
        raise ManifestError(f"{shown(path)}: {complaint}")
    return kata


def _about_values(manifest: Manifest) -> Iterator[str]:
    """What is wrong with values that are each of the right type and size."""
    for name, limit in msgspec.structs.asdict(manifest.limits).items():
        if not 0 < limit < math.inf:
            yield f"limits.{name} must be above 0 and finite, not {limit:g}"
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
