"""What there is to grade, known before any of a learner's code has run.

A plan is made by collecting the tests with the untouched stub in the place of the
answer, and is kept as long as neither has changed.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Hashable, Sequence
from pathlib import Path

from msgspec.structs import replace

from pytest_mlinfra.errors import RunError
from pytest_mlinfra.grading.result import Item
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.stub import Stubs
from pytest_mlinfra.runs import fingerprint
from pytest_mlinfra.runs.backend import Backend
from pytest_mlinfra.runs.request import Request

Plan = tuple[Item, ...]


class Planner:
    """Makes plans, and keeps them.

    Args:
        backend: runs the sessions that collect.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._lock = threading.Lock()
        self._plans: dict[tuple[Path, bool], tuple[Hashable, Plan]] = {}

    def prepare(self, katas: Sequence[Kata], *, hidden: bool = False) -> None:
        """Make the plans of `katas` that are not at hand, all in one session.

        What cannot be made now is left to `plan`, which says why.
        """
        with self._lock, contextlib.suppress(RunError):
            stale = [kata for kata in katas if self._at_hand(kata, hidden=hidden) is None]
            if len(stale) > 1:
                self._make(stale, hidden=hidden)

    def plan(self, kata: Kata, *, hidden: bool = False) -> Plan:
        """The plan of one kata, with its hidden tests if `hidden`.

        Raises:
            RunError: the course's tests cannot be collected.
        """
        with self._lock:
            plan = self._at_hand(kata, hidden=hidden)
            if plan is None:
                output = self._make([kata], hidden=hidden)
                plan = self._at_hand(kata, hidden=hidden)
            if plan is None:
                raise RunError(f"the tests of {kata.id} cannot be collected: {output}")
            return plan

    def _at_hand(self, kata: Kata, *, hidden: bool) -> Plan | None:
        stamp, plan = self._plans.get((kata.folder, hidden), (None, None))
        return plan if stamp == _stamp(kata) else None

    def _make(self, katas: Sequence[Kata], *, hidden: bool) -> str:
        """Make and keep the plans of `katas`. Returns what was printed meanwhile."""
        stamps = {kata.id: _stamp(kata) for kata in katas}
        limits = katas[0].manifest.limits
        # Only the course's own code runs, and there may be many katas.
        limits = replace(limits, test=limits.kata)
        nobody = Stubs(katas[0].exercises, handed_in=False)
        request = Request(tuple(katas), nobody, part="plan", hidden=hidden, limits=limits)
        run = self._backend.run(request)
        for kata in katas:
            items = tuple(item for item in run.planned or () if item.kata == kata.id)
            if items:
                self._plans[kata.folder, hidden] = (stamps[kata.id], items)
        return run.output


def _stamp(kata: Kata) -> Hashable:
    """Of everything that the plan of `kata` follows from."""
    return fingerprint.of_course(kata.exercises), fingerprint.of_kata(kata)
