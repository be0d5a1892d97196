"""The rules of a kata: which sentence of its statement is graded, and under which messages.

They stand in `solutions/<kata>/rules.toml`. Those that hold for every kata stand once, in
`solutions/rules.toml`; their sentences are those of `exercises/README.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from pytest_mlinfra.errors import CourseError, RulesError
from pytest_mlinfra.katas.model import Kata, Text
from pytest_mlinfra.katas.own_tests import hidden_tests, visible_tests
from pytest_mlinfra.katas.paths import why_unreadable
from pytest_mlinfra.katas.tables import read_table
from pytest_mlinfra.places import shown

FILE_NAME = "rules.toml"
_STATEMENT = "README.md"


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule.

    Attributes:
        says: the sentence of the statement, or the telling part of it, word for word.
        messages: the ids under which a learner hears of it.
    """

    says: Text
    messages: Annotated[tuple[Text, ...], Meta(min_length=1)]


class _Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: Annotated[tuple[Rule, ...], Meta(min_length=1)]


def rules_file(kata: Kata) -> Path:
    """Where the rules of `kata` stand, there or not."""
    return kata.solution_folder / FILE_NAME


def read_rules(kata: Kata) -> tuple[Rule, ...]:
    """The rules of `kata` alone, in their order.

    Raises:
        RulesError: the file cannot be read, or says something impossible.
    """
    return _read(rules_file(kata))


def read_common_rules(exercises: Path) -> tuple[Rule, ...]:
    """The rules of every kata of the course in `exercises`; none if it has no such file.

    Raises:
        RulesError: the file cannot be read, or says something impossible.
    """
    path = exercises.parent / "solutions" / FILE_NAME
    return _read(path) if path.exists() else ()


def check_rules(kata: Kata) -> Iterator[str]:
    """What is wrong with the rules of `kata`, each in one sentence, before anything is graded.

    A rule is no sentence of the statement, or a message stands under no rule.

    Raises:
        CourseError: the rules, the statement or the tests cannot be read.
    """
    yield from _not_said(rules_file(kata), read_rules(kata), kata.folder / _STATEMENT)
    common = kata.exercises.parent / "solutions" / FILE_NAME
    yield from _not_said(common, read_common_rules(kata.exercises), kata.exercises / _STATEMENT)
    yield from _uncovered_messages(kata)


def _uncovered_messages(kata: Kata) -> Iterator[str]:
    """The messages of tests and gates that stand under no rule, each in one sentence."""
    known = ids_of(read_rules(kata)) | ids_of(read_common_rules(kata.exercises))
    for test in (*visible_tests(kata), *hidden_tests(kata)):
        for message in test.messages:
            if message not in known:
                yield f"{kata.id}: {message!r}, of {test.name}, stands under no rule"
    for gate in kata.manifest.gates.tools:
        if gate not in known:
            yield f"{kata.id}: the gate {gate!r} stands under no rule"


def ids_of(rules: Iterable[Rule]) -> set[str]:
    """Every id that stands under one of `rules`."""
    return {message for rule in rules for message in rule.messages}


def _read(path: Path) -> tuple[Rule, ...]:
    return read_table(path, _Rules, RulesError).rule


def _not_said(path: Path, rules: tuple[Rule, ...], statement: Path) -> Iterator[str]:
    """Which of the rules in `path` do not stand in `statement`, white space aside."""
    if not rules:
        return
    try:
        text = _joined(statement.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{shown(statement)} {why_unreadable(error)}") from error
    said: set[str] = set()
    for rule in rules:
        sentence = _joined(rule.says)
        if sentence in said:
            yield f"{shown(path)} has the rule {rule.says!r} twice"
        elif sentence not in text:
            yield f"{shown(path)}: {rule.says!r} does not stand in {shown(statement)}"
        said.add(sentence)


def _joined(text: str) -> str:
    return " ".join(text.split())
