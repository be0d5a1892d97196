"""Planted bugs, as data: each swaps one piece of text in the module under test."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from pytest_mlinfra.errors import BugError
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.paths import why_unreadable
from pytest_mlinfra.places import shown

FILE_NAME = "bugs.toml"


class Bug(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"replacement": "for"},
):
    """One bug.

    Attributes:
        name: what tells it from the others, in kebab case.
        swap: text that stands exactly once in the module.
        replacement: what takes its place; ``for`` in the file.
        question: what to ask somebody whose tests do not find it, in three rungs from
            vague to plain, without ever showing the bug.
        witness: a Python expression over the module's names whose value, or exception,
            differs between the module and the bug.
    """

    name: str
    swap: str
    replacement: str
    question: tuple[str, str, str]
    witness: str

    def plant(self, text: str) -> str:
        """The module `text` with this bug in it.

        Raises:
            BugError: the text to swap does not stand in it exactly once.
        """
        count = text.count(self.swap)
        if count != 1:
            raise BugError(
                f"the bug {self.name!r} swaps {self.swap!r}, which stands {count} times in the "
                "module and has to stand there once; has the module been changed?"
            )
        return text.replace(self.swap, self.replacement)


class _Bugs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    bug: tuple[Bug, ...]


def read_bugs(kata: Kata) -> tuple[Bug, ...]:
    """The bugs of a testing kata, in the order of its ``bugs.toml``.

    Raises:
        BugError: the file cannot be read, says something impossible, or names two
            bugs alike.
    """
    path = kata.solution_folder / FILE_NAME
    try:
        bugs = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Bugs).bug
    except (OSError, UnicodeDecodeError) as error:
        raise BugError(f"{shown(path)} {why_unreadable(error)}") from error
    except ValueError as error:
        raise BugError(f"{shown(path)}: {error}") from error
    names = [bug.name for bug in bugs]
    for name in names:
        if names.count(name) > 1:
            raise BugError(f"{shown(path)}: two bugs are named {name!r}")
    return bugs


def check_bugs(kata: Kata) -> Iterator[str]:
    """What is wrong with the bugs of a testing kata, each in one sentence."""
    if kata.manifest.suite is None:
        return
    module = kata.folder / kata.manifest.suite.module
    try:
        for bug in read_bugs(kata):
            if not differs(bug, module):
                yield f"{kata.id}: the witness of the bug {bug.name!r} does not show it"
    except BugError as error:
        yield f"{kata.id}: {error}"


def differs(bug: Bug, module: Path) -> bool:
    """Whether the witness of `bug` tells the module from the bug.

    Raises:
        BugError: the bug cannot be planted.
    """
    text = module.read_text(encoding="utf-8")
    return _observe(text, bug.witness) != _observe(bug.plant(text), bug.witness)


def _observe(text: str, witness: str) -> tuple[str, str]:
    """The type and the repr of the witness's value, or of the exception that it raises."""
    names: dict[str, Any] = {"__name__": "witnessed"}
    exec(compile(text, "witnessed.py", "exec"), names)  # noqa: S102 - the course's own text
    try:
        value = eval(witness, names)  # noqa: S307 - likewise
    except Exception as error:  # noqa: BLE001 - whatever it raises is the observation
        value = error
    return type(value).__qualname__, repr(value)
