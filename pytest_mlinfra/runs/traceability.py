"""Which test holds which rule of a kata, and which wrong answer breaks it.

The table of rules, tests and wrong answers has no empty row and no empty column: every
graded sentence is held by a test, every test fails for somebody who breaks its rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_mlinfra.grading.result import Outcome, Sort
from pytest_mlinfra.grading.verdict import Verdict
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.own_tests import HIDDEN_FOLDER, OwnTest, hidden_tests, visible_tests
from pytest_mlinfra.katas.rules import Rule, ids_of, read_common_rules, read_rules
from pytest_mlinfra.runs.rehearse import Rehearsed

_HIDDEN = f"{HIDDEN_FOLDER}/"
# What hangs in a test fails that test; all else that holds for every kata fails any test.
_ENDLESS = {"deadlock", "time-limit"}
Drawn = dict[str, set[str]]


@dataclass(frozen=True)
class Row:
    """One rule.

    Attributes:
        rule: the rule.
        wrong_answers: for each check that can hold it, by name, the wrong answers that
            break it there. A check is a test function, a gate, a bug or a rule for suites.
    """

    rule: Rule
    wrong_answers: dict[str, tuple[str, ...]]

    @property
    def broken_by(self) -> tuple[str, ...]:
        """Every wrong answer that breaks the rule."""
        return tuple(sorted({name for names in self.wrong_answers.values() for name in names}))


@dataclass(frozen=True)
class Traceability:
    """The table of one kata.

    Attributes:
        kata: the kata.
        rows: one for each of its own rules.
        checks: every check that is no hidden test, with the wrong answers that fail it.
        wrong_answers: every wrong answer, with the numbers of the rules that it breaks,
            from 1 on; those of every kata have none.
        problems: what is empty or missing, each in one sentence.
    """

    kata: Kata
    rows: tuple[Row, ...]
    checks: dict[str, tuple[str, ...]]
    wrong_answers: dict[str, tuple[int, ...]]
    problems: tuple[str, ...]


def trace(kata: Kata, rehearsed: Sequence[Rehearsed]) -> Traceability:
    """The table of `kata`, read off its rules, its tests and its graded wrong answers.

    Raises:
        CourseError: the rules or the tests cannot be read.
    """
    rules = read_rules(kata)
    common = ids_of(read_common_rules(kata.exercises))
    tests = visible_tests(kata)
    wrong = [each for each in rehearsed if each.rehearsal.draws is not None]
    drawn = {_name(each): _drawn(each.verdict) for each in wrong}
    held: dict[str, set[str]] = {test.name: set(test.messages) for test in tests}
    for each in wrong:
        for result in each.verdict.results:
            name = result.item.name
            if result.item.sort is not Sort.TEST:
                held.setdefault(name, {name} if result.item.sort is Sort.GATE else set())
    rows = tuple(_row(rule, held, drawn) for rule in rules)
    failing = {check: _failed_by(check, held[check], drawn, common - _ENDLESS) for check in held}
    breaking = {
        answer: tuple(n for n, row in enumerate(rows, start=1) if answer in row.broken_by)
        for answer in drawn
    }
    problems = (
        *(problem for row in rows for problem in _about_rule(kata, row, held, drawn)),
        *_about_tests(kata, tests, failing),
        *_about_answers(kata, wrong, drawn, ids_of(rules) | common),
        *_about_hidden(kata, wrong, tests),
    )
    return Traceability(kata, rows, failing, breaking, problems)


def _row(rule: Rule, held: dict[str, set[str]], drawn: dict[str, Drawn]) -> Row:
    ids = {*rule.messages}
    breaking = {
        check: tuple(answer for answer, found in drawn.items() if ids & found.get(check, set()))
        for check in held
    }
    return Row(
        rule,
        {check: names for check, names in breaking.items() if names or ids & held[check]},
    )


def _failed_by(
    check: str, own: set[str], drawn: dict[str, Drawn], common: set[str]
) -> tuple[str, ...]:
    """The wrong answers that fail `check` for a reason that is the check's own."""
    return tuple(
        answer
        for answer, found in drawn.items()
        if any(message in own or message not in common for message in found.get(check, ()))
    )


def _about_rule(
    kata: Kata, row: Row, held: dict[str, set[str]], drawn: dict[str, Drawn]
) -> Iterator[str]:
    says = row.rule.says
    every = set().union(
        *held.values(), *(ids for found in drawn.values() for ids in found.values())
    )
    if not every & {*row.rule.messages}:
        yield f"{kata.id}: no test or check has a message of the rule {says!r}"
    elif not row.broken_by:
        yield f"{kata.id}: no wrong answer breaks the rule {says!r}"


def _about_tests(
    kata: Kata, tests: Sequence[OwnTest], failing: dict[str, tuple[str, ...]]
) -> Iterator[str]:
    for test in tests:
        if not failing[test.name]:
            yield f"{kata.id}: no wrong answer fails {test.name}"


def _about_answers(
    kata: Kata, wrong: Sequence[Rehearsed], drawn: dict[str, Drawn], known: set[str]
) -> Iterator[str]:
    for each in wrong:
        found = set().union(*drawn[_name(each)].values())
        if not found & known:
            yield f"{kata.id}: {each.rehearsal.name} breaks no rule; it draws {sorted(found)}"
        elif each.rehearsal.draws not in known:
            yield (
                f"{kata.id}: {each.rehearsal.draws!r}, which {each.rehearsal.name} draws, "
                "stands under no rule"
            )


def _about_hidden(
    kata: Kata, wrong: Sequence[Rehearsed], tests: Sequence[OwnTest]
) -> Iterator[str]:
    """Wrong answers that a visible test finds, and no hidden one."""
    if not hidden_tests(kata):
        return
    ids = {message for test in tests for message in test.messages}
    for each in wrong:
        failed = [
            result.item.name
            for result in each.verdict.results
            if result.outcome is not Outcome.PASSED
        ]
        if each.rehearsal.draws in ids and not any(name.startswith(_HIDDEN) for name in failed):
            yield f"{kata.id}: no hidden test fails for {each.rehearsal.name}"


def _drawn(verdict: Verdict) -> Drawn:
    """The ids of the messages that were drawn, by check; the cases of a test are one check."""
    found: Drawn = {}
    for result in verdict.results:
        if result.message is not None and not result.item.name.startswith(_HIDDEN):
            check = result.item.name
            if result.item.sort is Sort.TEST:
                check = check.partition("[")[0]
            found.setdefault(check, set()).add(result.message.id)
    return found


def _name(rehearsed: Rehearsed) -> str:
    return rehearsed.rehearsal.name.removeprefix("wrong/")
