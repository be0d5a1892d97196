"""The answers that a kata keeps beside its stub: the reference, and wrong ones.

A wrong answer is a file or a folder under `solutions/<kata>/wrong/`. A file takes
the place of the one written file with its suffix; a folder's files take the place
of the written files with their names. What is not replaced is the reference's.
Its first line that reads ``# draws: some-id`` names the message that it must draw.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_mlinfra.errors import CourseError
from pytest_mlinfra.katas.model import Kata

_DRAWS = re.compile(r"^# draws: ([a-z0-9-]+)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class WrongAnswer:
    """An answer that must fail.

    Attributes:
        name: the stem of its file or the name of its folder.
        files: every written file of the kata, by name.
        draws: the id of the message that its learner must see first.
    """

    name: str
    files: dict[str, Path]
    draws: str


def reference_files(kata: Kata) -> dict[str, Path]:
    """The reference answer: each written file, by name, there or not."""
    return {name: kata.solution_folder / name for name in kata.manifest.write}


def wrong_answers(kata: Kata) -> Iterator[WrongAnswer]:
    """The wrong answers that `kata` keeps, by name.

    Raises:
        CourseError: one does not say what it draws, or replaces nothing.
    """
    folder = kata.solution_folder / "wrong"
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if not path.name.startswith(("_", ".")):
            yield _wrong_answer(kata, path)


def _wrong_answer(kata: Kata, path: Path) -> WrongAnswer:
    files = reference_files(kata)
    if path.is_dir():
        replaced = {file.name: file for file in sorted(path.iterdir()) if file.is_file()}
    else:
        names = [name for name in files if Path(name).suffix == path.suffix]
        replaced = {names[0]: path} if len(names) == 1 else {}
    strays = replaced.keys() - files.keys()
    if not replaced or strays:
        raise CourseError(f"{path} replaces no file that {kata.id} has the learner write")
    draws = [match[1] for file in replaced.values() for match in _DRAWS.finditer(_text(file))]
    if len(draws) != 1:
        raise CourseError(f"{path} must say once, in a line '# draws: some-id', what it draws")
    return WrongAnswer(path.stem, files | replaced, draws[0])


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
