"""A report with a kata in every state."""

from __future__ import annotations

import pytest

from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.report import Report, gather
from pytest_mlinfra.grading.result import Item, ItemResult, Outcome, Sort
from pytest_mlinfra.grading.verdict import State, Verdict

STAIRCASE = Message(
    id="one-after-another",
    headline="All requests have to be in flight together, not one after another.",
    evidence="saw at most 1 at a time\nassert 1 == 12",
    path="exercises/async/020_gather/gather.py",
    line=7,
)


def _results(kata: str, *outcomes: Outcome) -> tuple[ItemResult, ...]:
    return tuple(
        ItemResult(
            item=Item(kata=kata, name=f"test_{number}", sort=Sort.TEST, max_points=2),
            outcome=outcome,
            message=STAIRCASE if outcome is Outcome.FAILED else None,
            seconds=0.25,
        )
        for number, outcome in enumerate(outcomes)
    )


def _verdict(
    kata: str,
    title: str,
    state: State,
    *outcomes: Outcome,
    first: Message | None = None,
    is_partial: bool = False,
) -> Verdict:
    results = _results(kata, *outcomes)
    slug = kata.rpartition("/")[2][4:]
    return Verdict(
        kata=kata,
        title=title,
        track=kata.partition("/")[0],
        minutes=0 if state is State.BROKEN else 20,
        state=state,
        points=sum(result.points for result in results),
        max_points=sum(result.item.max_points for result in results),
        files=() if state is State.BROKEN else (f"exercises/{kata}/{slug}.py",),
        statement=f"exercises/{kata}/README.md",
        first_failure=first,
        results=results,
        is_partial=is_partial,
    )


@pytest.fixture
def verdicts() -> list[Verdict]:
    """A verdict of each kind."""
    passed, failed, pending = Outcome.PASSED, Outcome.FAILED, Outcome.PENDING
    begin = Message(id="pending", headline="Not begun yet.", evidence="# TODO: write tests.")
    format_ = Message(id="black", headline="The code is not formatted as black formats it.")
    broken = Message(id="broken-kata", headline="kata.toml: the key 'title' is missing")
    return [
        _verdict("async/010_coroutine", "First coroutine", State.DONE, passed, passed),
        _verdict(
            "async/020_gather", "Gather", State.FAILING, passed, failed, failed, first=STAIRCASE
        ),
        _verdict("testing/210_tests", "First tests", State.PENDING, pending, first=begin),
        _verdict("testing/220_fixtures", "Fixtures", State.UNCLEAN, passed, failed, first=format_),
        _verdict("quality/410_black", "black", State.BROKEN, first=broken),
    ]


@pytest.fixture
def report(verdicts: list[Verdict]) -> Report:
    """One's own exercises."""
    return gather(verdicts, handed_in=False)


@pytest.fixture
def handed_in(verdicts: list[Verdict]) -> Report:
    """The same, as a submission."""
    return gather(verdicts, handed_in=True)
