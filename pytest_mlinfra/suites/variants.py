"""Correct programs that are written differently from the reference."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_mlinfra.errors import CourseError
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.places import shown

FEWEST_VARIANTS = 2


@dataclass(frozen=True)
class Variant:
    """One correct program.

    Attributes:
        name: the stem of its file.
        description: the first line of its docstring: how it differs.
        text: the module's text.
    """

    name: str
    description: str
    text: str

    @property
    def run_name(self) -> str:
        """The name of the run of a suite against it."""
        return f"variant[{self.name}]"


def read_variants(kata: Kata) -> tuple[Variant, ...]:
    """The variants that a testing kata keeps under `solutions/<kata>/variants/`.

    Raises:
        CourseError: one cannot be read or has no docstring.
    """
    folder = kata.solution_folder / "variants"
    return tuple(_read(path) for path in sorted(folder.glob("*.py")))


def check_variants(kata: Kata) -> Iterator[str]:
    """What is wrong with the variants of a testing kata, each in one sentence."""
    if kata.manifest.suite is None:
        return
    try:
        count = len(read_variants(kata))
    except CourseError as error:
        yield f"{kata.id}: {error}"
        return
    if count < FEWEST_VARIANTS:
        yield f"{kata.id} has {count} variants of its module; at least {FEWEST_VARIANTS} are needed"


def _read(path: Path) -> Variant:
    try:
        text = path.read_text(encoding="utf-8")
        docstring = ast.get_docstring(ast.parse(text))
    except (OSError, ValueError, SyntaxError) as error:
        raise CourseError(f"{shown(path)} is no correct program: {error}") from error
    if not docstring:
        raise CourseError(f"{shown(path)} needs a docstring that says how it differs")
    return Variant(path.stem, docstring.splitlines()[0], text)
