"""Grading many katas, side by side."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace

from pytest_mlinfra.grading.message import Message, shortened
from pytest_mlinfra.grading.result import Item, ItemResult, Outcome, Sort
from pytest_mlinfra.grading.verdict import Verdict, broken, judge
from pytest_mlinfra.katas.library import BrokenKata
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.stub import is_untouched
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.fresh import Request, run_fresh
from pytest_mlinfra.runs.result import RunResult, why_not_run


def grade(
    entries: Sequence[Kata | BrokenKata], submission: Submission, workers: int | None = None
) -> Iterator[Verdict]:
    """The verdict on each of `entries`, as soon as it is known.

    Args:
        entries: the katas, broken ones included.
        submission: whose files are graded.
        workers: how many katas are graded at once; None for one per processor.
    """
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        pending = [pool.submit(grade_one, entry, submission) for entry in entries]
        for future in as_completed(pending):
            yield future.result()


def grade_one(entry: Kata | BrokenKata, submission: Submission) -> Verdict:
    """The verdict on one kata."""
    if isinstance(entry, BrokenKata):
        return broken(entry)
    run = run_fresh(Request(entry, submission))
    results = run.results or (_nothing_reported(entry, run),)
    return judge(entry, submission, results, is_untouched=is_untouched(entry, submission))


def _nothing_reported(kata: Kata, run: RunResult) -> ItemResult:
    """Stands for the results of a run that ended before it had even made its plan."""
    item = Item(kata=kata.id, name="collection", sort=Sort.TEST, max_points=0)
    if run.opened and run.exit_code is None:
        reason = why_not_run(replace(run, running="the import of your files"))
        return ItemResult(item=item, outcome=Outcome.NOT_RUN, message=reason)
    message = Message(
        id="grader-error",
        headline="The grader broke before it could run a test.",
        evidence=shortened(run.output),
    )
    return ItemResult(item=item, outcome=Outcome.GRADER_ERROR, message=message)
