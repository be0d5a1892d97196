"""The checks in katas: always on, for the answer's own lines, told as messages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pytest_mlinfra.clock.blame import Blame, only
from pytest_mlinfra.clock.finding import Finding
from pytest_mlinfra.grading.message import FallsShortError, Message
from pytest_mlinfra.katas.paths import shown
from pytest_mlinfra.plugin.checks.settings import BLOCKING, CHECKS_KEY, LEAKS, Checks
from pytest_mlinfra.plugin.kata.folder import KataFolder, kata_folder_of
from pytest_mlinfra.plugin.kata.items import GradedItem

# Not the configuration's: a verdict must not depend on that.
_CPU_SECONDS = 0.1


def pytest_itemcollected(item: pytest.Item) -> None:
    """Put each test of a kata under the checks."""
    folder = kata_folder_of(item)
    if folder is None or isinstance(item, GradedItem):
        return
    # A bug that leaks is to be found by what a learner's tests assert, not by this.
    names = {BLOCKING} if item.path in folder.answer_files else {BLOCKING, LEAKS}
    item.stash[CHECKS_KEY] = Checks(
        names=frozenset(names),
        allow=frozenset(),
        cpu_seconds=_CPU_SECONDS,
        error=_falls_short,
        blame=_blame_for(item, folder),
        replaces_failures=True,
    )


def _blame_for(item: pytest.Item, folder: KataFolder) -> Blame:
    """Who is to blame in `item`: the answer, and what libraries do for it.

    Its tests are not, nor is the module under a learner's own tests.
    """
    is_suite = item.path in folder.answer_files

    def is_exempt(path: Path) -> bool:
        return folder.path in path.parents and (is_suite or path.match("test_*.py"))

    return only(folder.answer_files, is_exempt)


def _falls_short(findings: Sequence[Finding]) -> BaseException:
    """The error that tells a learner of the first finding, and that there are others."""
    first = findings[0]
    place = first.place
    parts = [place.text] if place is not None else []
    parts += first.evidence
    parts.append(f"Instead: {first.advice}")
    if len(findings) > 1:
        further = "\n".join(f"- {each.headline}" for each in findings[1:])
        parts.append(f"\nAnd besides:\n{further}")
    return FallsShortError(
        Message(
            id=first.id,
            headline=first.headline,
            evidence="\n".join(parts),
            path=shown(place.path) if place is not None else None,
            line=place.line if place is not None else None,
        )
    )
