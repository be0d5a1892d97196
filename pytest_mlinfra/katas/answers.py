"""The answers that a kata keeps beside its stub: the reference, further right ones, and wrong ones.

A right or a wrong answer is a file or a folder under `solutions/<kata>/right/` or
`wrong/`. A file takes the place of the one written file with its suffix; a folder's
files take the place of the written files with their names. What is not replaced is the
reference's. A wrong answer has one line ``# draws: some-id``, which names the message
that it must draw.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_mlinfra.errors import CourseError
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.places import shown

_DRAWS = re.compile(r"^# draws: ([a-z0-9-]+)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """An answer to a kata.

    Attributes:
        name: the stem of its file or the name of its folder.
        files: every written file of the kata, by name.
    """

    name: str
    files: dict[str, Path]


@dataclass(frozen=True)
class WrongAnswer(Answer):
    """An answer that must fail.

    Attributes:
        draws: the id of the message that its learner must see first.
    """

    draws: str


def reference_files(kata: Kata) -> dict[str, Path]:
    """The reference answer: each written file, by name, there or not."""
    return {name: kata.solution_folder / name for name in kata.manifest.write}


def right_answers(kata: Kata) -> Iterator[Answer]:
    """The answers that are as right as the reference and written differently, by name.

    Raises:
        CourseError: one replaces nothing, or says that it draws a message.
    """
    for path, replaced in _kept_answers(kata, "right"):
        if _drawn(replaced):
            raise CourseError(f"{shown(path)} says that it draws a message, and is a right answer")
        yield Answer(path.stem, reference_files(kata) | replaced)


def wrong_answers(kata: Kata) -> Iterator[WrongAnswer]:
    """The wrong answers that `kata` keeps, by name.

    Raises:
        CourseError: one does not say what it draws, or replaces nothing.
    """
    for path, replaced in _kept_answers(kata, "wrong"):
        draws = _drawn(replaced)
        if len(draws) != 1:
            raise CourseError(
                f"{shown(path)} must say once, in a line '# draws: some-id', what it draws"
            )
        yield WrongAnswer(path.stem, reference_files(kata) | replaced, draws[0])


def _kept_answers(kata: Kata, kind: str) -> Iterator[tuple[Path, dict[str, Path]]]:
    """The path of each answer in the folder `kind`, and the written files that it replaces."""
    folder = kata.solution_folder / kind
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in paths:
        if path.name.startswith(("_", ".")):
            continue
        replaced = _replaced_by(path, kata.manifest.write)
        if not replaced or replaced.keys() - {*kata.manifest.write}:
            raise CourseError(
                f"{shown(path)} replaces no file that {kata.id} has the learner write"
            )
        yield path, replaced


def _replaced_by(path: Path, written: tuple[str, ...]) -> dict[str, Path]:
    if path.is_dir():
        return {file.name: file for file in sorted(path.iterdir()) if file.is_file()}
    names = [name for name in written if Path(name).suffix == path.suffix]
    return {names[0]: path} if len(names) == 1 else {}


def _drawn(files: dict[str, Path]) -> list[str]:
    return [match[1] for file in files.values() for match in _DRAWS.finditer(_text(file))]


def _text(path: Path) -> str:
    # A wrong answer may be wrong in not being UTF-8.
    return path.read_text(encoding="utf-8", errors="replace")
