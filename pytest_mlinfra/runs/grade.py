"""Grading: from a kata and whose files, over runs, to the verdict."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from typing import Self

import msgspec

from pytest_mlinfra.errors import RunError
from pytest_mlinfra.grading.message import Message, shortened
from pytest_mlinfra.grading.result import Item, ItemResult, Outcome, Sort
from pytest_mlinfra.grading.verdict import Verdict, broken, judge
from pytest_mlinfra.katas.library import BrokenKata
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.stub import is_untouched
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.backend import Backend, open_backend
from pytest_mlinfra.runs.job import Part
from pytest_mlinfra.runs.plan import Plan, Planner
from pytest_mlinfra.runs.request import Request, Way
from pytest_mlinfra.runs.result import RunResult

# The note of a run of a testing kata that holds the results of the learner's own tests.
SUITE = "suite"


class Grader:
    """Grades katas; a context manager, at whose end nothing is left running.

    It may be used from several threads and for as long as one likes: plans, and what
    the backend has made ready, are kept.

    Args:
        backend: how to run.
        workers: how many katas are graded at once; None for one per processor.
    """

    def __init__(self, backend: Backend, workers: int | None = None) -> None:
        self._backend = backend
        self._planner = Planner(backend)
        self._katas = ThreadPoolExecutor(workers or os.cpu_count(), thread_name_prefix="kata")
        self._gates = ThreadPoolExecutor(workers or os.cpu_count(), thread_name_prefix="gates")

    @classmethod
    def open(cls, way: Way | None = None, workers: int | None = None) -> Self:
        """A grader that runs in `way`, or in what `open_backend` chooses for None."""
        return cls(open_backend(way), workers)

    def grade(
        self,
        entries: Sequence[Kata | BrokenKata],
        submission: Submission,
        *,
        hidden: bool = False,
    ) -> Iterator[Verdict]:
        """The verdict on each of `entries`, as soon as it is known.

        Args:
            entries: the katas, broken ones included.
            submission: whose files are graded.
            hidden: whether the hidden tests belong to the grading.
        """
        katas = [entry for entry in entries if isinstance(entry, Kata)]
        preparing = self._katas.submit(self._planner.prepare, katas, hidden=hidden)
        pending = [
            self._katas.submit(self.grade_one, entry, submission, hidden=hidden)
            for entry in entries
        ]
        preparing.result()
        for future in as_completed(pending):
            yield future.result()

    def grade_one(
        self, entry: Kata | BrokenKata, submission: Submission, *, hidden: bool = False
    ) -> Verdict:
        """The verdict on one kata, with its hidden tests if `hidden`."""
        if isinstance(entry, BrokenKata):
            return broken(entry)
        untouched = is_untouched(entry, submission)
        try:
            plan = self._planner.plan(entry, hidden=hidden)
            results = (
                _pending(plan)
                if untouched
                else self._run(Request((entry,), submission, hidden=hidden), plan)
            )
        except RunError as error:
            results = [_grader_error(_collection(entry), str(error))]
        return judge(entry, submission, results, is_untouched=untouched)

    def _run(self, request: Request, plan: Plan) -> list[ItemResult]:
        """The results of every planned item, before them what was not planned."""
        kata = request.katas[0]
        tools = kata.manifest.gates.tools if self._backend.way is Way.WARM else ()
        gates = [item for item in plan if item.sort is Sort.GATE and item.name in tools]
        others = [item for item in plan if item not in gates]
        # Forks are cheap, so the gates need not wait for the tests.
        at_gates = (
            self._gates.submit(self._results, replace(request, part="gates"), gates)
            if gates
            else None
        )
        part: Part = "tests" if gates else "all"
        results = self._results(replace(request, part=part), others)
        return [*results, *(at_gates.result() if at_gates else ())]

    def _results(self, request: Request, expected: Sequence[Item]) -> list[ItemResult]:
        run = self._backend.run(request, expected)
        if not run.opened and not run.lost:
            return [_grader_error(item, run.output) for item in expected]
        return [*_of_learners_tests(run), *run.results]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        # First the runs, or else the threads would wait for them.
        self._backend.__exit__(*error)
        for pool in (self._katas, self._gates):
            pool.shutdown(cancel_futures=True)


def _pending(plan: Plan) -> list[ItemResult]:
    return [ItemResult(item=item, outcome=Outcome.PENDING) for item in plan]


def _of_learners_tests(run: RunResult) -> tuple[ItemResult, ...]:
    return msgspec.convert(run.notes.get(SUITE, ()), tuple[ItemResult, ...])


def _collection(kata: Kata) -> Item:
    """Stands for everything that would have been graded, if it were known."""
    return Item(kata=kata.id, name="collection", sort=Sort.TEST, max_points=0)


def _grader_error(item: Item, output: str) -> ItemResult:
    message = Message(
        id="grader-error",
        headline="The grader broke before it could run a test.",
        evidence=shortened(output),
    )
    return ItemResult(item=item, outcome=Outcome.GRADER_ERROR, message=message)
