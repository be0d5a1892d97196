"""Hints in rungs: the sections of a kata's `HINTS.md`."""

from __future__ import annotations

import re

from pytest_mlinfra.errors import CourseError
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.paths import why_unreadable
from pytest_mlinfra.places import shown

FILE_NAME = "HINTS.md"
_RUNG = re.compile(r"^## +\d+\. *(.*)$", re.MULTILINE)


def read_hints(kata: Kata) -> tuple[str, ...]:
    """The rungs of `kata`, each a heading and its text, from vague to plain.

    Raises:
        CourseError: the file is missing or has no section ``## 1. …``.
    """
    path = kata.folder / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{shown(path)} {why_unreadable(error)}") from error
    _, *parts = _RUNG.split(text)
    if not parts:
        raise CourseError(f"{shown(path)} has no section that begins with '## 1. '")
    headings, bodies = parts[::2], parts[1::2]
    return tuple(
        f"{heading.strip()}\n\n{body.strip()}".strip()
        for heading, body in zip(headings, bodies, strict=True)
    )
