"""The checks in katas: always on, for the answer's own lines, told as messages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pytest_mlinfra.clock.blame import Blame, only
from pytest_mlinfra.clock.finding import Finding
from pytest_mlinfra.grading.message import FallsShortError, Message
from pytest_mlinfra.katas.own_tests import HIDDEN_FOLDER
from pytest_mlinfra.places import shown
from pytest_mlinfra.plugin.checks.settings import BLOCKING, CHECKS_KEY, LEAKS, Checks
from pytest_mlinfra.plugin.kata.folder import KataFolder, kata_folder_of
from pytest_mlinfra.plugin.kata.items import GradedItem

# Not the configuration's: a verdict must not depend on that.
_CPU_SECONDS = 0.1
# For a kata's own tests (False) and for the learner's (True): what it has found out about
# the file of a frame is as good for the next test.
_blames = pytest.StashKey[dict[bool, Blame]]()


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
    known = folder.stash.setdefault(_blames, {})
    if is_suite in known:
        return known[is_suite]

    hidden = folder.kata.solution_folder / HIDDEN_FOLDER if folder.kata else None

    def is_exempt(path: Path) -> bool:
        is_own = folder.path in path.parents and (is_suite or path.match("test_*.py"))
        return is_own or hidden in path.parents

    known[is_suite] = only(folder.answer_files, is_exempt)
    return known[is_suite]


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
