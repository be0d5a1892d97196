"""What became of one graded item."""

from __future__ import annotations

import pytest

from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.result import Item, ItemResult, Outcome, Sort, keep

ITEM = Item(kata="async/010_echo", name="test", sort=Sort.TEST, max_points=3)


def _result(outcome: Outcome, phase: str = "call") -> ItemResult:
    return ItemResult(item=ITEM, outcome=outcome, phase=phase)


@pytest.mark.parametrize("outcome", Outcome)
def test_only_what_passes_earns_points(outcome: Outcome) -> None:
    assert _result(outcome).points == (3 if outcome is Outcome.PASSED else 0)


def test_a_teardown_that_fails_takes_the_points_back() -> None:
    results: dict[str, ItemResult] = {}

    keep(results, _result(Outcome.PASSED))
    keep(results, _result(Outcome.FAILED, "teardown"))

    assert results["test"].phase == "teardown"


def test_the_first_trouble_is_kept() -> None:
    first = ItemResult(item=ITEM, outcome=Outcome.FAILED, message=Message(id="first", headline="x"))
    results = {"test": first}

    keep(results, _result(Outcome.GRADER_ERROR, "teardown"))
    keep(results, _result(Outcome.PASSED))

    assert results == {"test": first}
