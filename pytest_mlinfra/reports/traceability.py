"""The table of a kata's rules, tests and wrong answers, in 80 columns and as data."""

from __future__ import annotations

import string
import textwrap
from collections.abc import Iterator
from typing import Any

from pytest_mlinfra.places import fitted
from pytest_mlinfra.runs.traceability import Row, Traceability

WIDTH = 80
_LETTERS = string.ascii_lowercase + string.ascii_uppercase + string.digits
# Columns of a rule's number, of the count of its wrong answers, and of what is around them.
_MARGIN = 9
_NARROWEST_RULE = 24
_MOST_IN_A_CELL = 9


def render(table: Traceability) -> str:
    """Rules as rows, checks as columns, and in each cell how many wrong answers break the rule.

    Below: what each column is, and which rules each wrong answer breaks.
    """
    return "\n".join([*_lines(table), ""])


def as_data(table: Traceability) -> dict[str, Any]:
    """The same as plain data, with the names of all wrong answers."""
    return {
        "kata": table.kata.id,
        "rules": [
            {
                "says": row.rule.says,
                "messages": row.rule.messages,
                "broken_by": row.broken_by,
                "checks": row.wrong_answers,
            }
            for row in table.rows
        ],
        "checks": table.checks,
        "wrong_answers": table.wrong_answers,
    }


def _lines(table: Traceability) -> Iterator[str]:
    checks = list(table.checks)
    letters = dict(zip(checks, _LETTERS, strict=False))
    gap = " " if _MARGIN + _NARROWEST_RULE + 2 * len(letters) <= WIDTH else ""
    columns = WIDTH - _MARGIN - len(letters) * (1 + len(gap))
    yield (
        f"{table.kata.number} {table.kata.manifest.title}: {len(table.rows)} rules, "
        f"{len(checks)} checks, {len(table.wrong_answers)} wrong answers"
    )
    yield ""
    yield f"     {'rule':<{columns}} all {gap.join(letters.values())}".rstrip()
    for number, row in enumerate(table.rows, start=1):
        says = fitted(" ".join(row.rule.says.split()), columns)
        cells = gap.join(_cell(row, check) for check in letters)
        yield f"{number:>4} {says:<{columns}} {len(row.broken_by):>3} {cells}"
    yield ""
    for check, names in table.checks.items():
        name = fitted(check, WIDTH - _MARGIN)
        yield f"{letters.get(check, ''):>4} {len(names):>3} {name}"
    yield ""
    broken = ", ".join(
        f"{name} {'+'.join(map(str, rules)) or 'every kata'}".replace(" ", "\N{NO-BREAK SPACE}")
        for name, rules in table.wrong_answers.items()
    )
    for line in textwrap.wrap(broken, WIDTH - 5, break_long_words=False, break_on_hyphens=False):
        yield f"     {line}".replace("\N{NO-BREAK SPACE}", " ")


def _cell(row: Row, check: str) -> str:
    if check not in row.wrong_answers:
        return "·"
    count = len(row.wrong_answers[check])
    return str(count) if count <= _MOST_IN_A_CELL else "+"
