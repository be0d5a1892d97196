"""Questions to a journal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exchanges import Told, retries, staircase, written
from pytest_mlinfra.errors import ExpectationError
from pytest_mlinfra.fleet import Exchanges, Journal

Question = Callable[[Exchanges], Exchanges]


@pytest.fixture
def journal() -> Journal:
    """Five requests, each in its own way."""
    return written(
        Told(0, 1, "GET /health", model="bert", connection="a"),
        Told(1, 2, "POST /predict", model="bert", faults=("latency",), connection="a"),
        Told(2, 3, "POST /predict?n=2", model="resnet", status=503, outcome="faulted"),
        Told(3, 4, "GET /health", model="resnet", status=None, outcome="cancelled"),
        Told(5, None, "GET /health", model="resnet"),
    )


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        (lambda all_: all_.of("bert"), [1, 2]),
        (lambda all_: all_.to("/predict"), [2, 3]),
        (lambda all_: all_.on_route("/health"), [1, 4, 5]),
        (lambda all_: all_.with_method("post"), [2, 3]),
        (lambda all_: all_.with_status(200, 503), [1, 2, 3]),
        (lambda all_: all_.with_outcome("served", "in flight"), [1, 2, 5]),
        (lambda all_: all_.with_fault("latency"), [2]),
        (lambda all_: all_.on_connection(1), [1, 2]),
        (lambda all_: all_.between(1, 3), [2, 3]),
        (lambda all_: all_.cancelled, [4]),
        (lambda all_: all_.where(lambda each: each.seconds is None), [5]),
        (lambda all_: all_.of("resnet").to("/health").with_outcome("cancelled"), [4]),
        (lambda all_: all_[1:3], [2, 3]),
        (lambda all_: all_[-2:].cancelled, [4]),
    ],
)
def test_answers_with_the_exchanges_that_match(
    journal: Journal, question: Question, numbers: list[int]
) -> None:
    assert [each.number for each in question(journal)] == numbers


def test_an_answer_is_a_snapshot(journal: Journal) -> None:
    before = journal.to("/health")

    written(Told(6, 7), journal=journal)

    assert len(before) == 3
    assert len(journal.to("/health")) == 4


def test_finds_the_retries_and_what_they_repeat() -> None:
    journal = retries((1, 2))

    assert [each.attempt for each in journal] == [1, 2, 3]
    assert [each.retry_of for each in journal.retries] == [1, 2]
    assert [[each.number for each in series] for series in journal.series] == [[1, 2, 3]]


def test_reads_the_bodies() -> None:
    journal = written(Told(0, 1, body=b'{"x": 1}'), Told(1, 2), Told(2, 3, body=b"[2]"))

    assert journal.bodies == [{"x": 1}, None, [2]]


class TestOne:
    def test_is_the_first_the_last_or_the_only_one(self, journal: Journal) -> None:
        assert journal.first is journal[0]
        assert journal.last is journal[-1]
        assert journal.cancelled.only is journal[3]

    @pytest.mark.parametrize("name", ["first", "last", "only"])
    def test_has_to_be_there(self, name: str) -> None:
        with pytest.raises(ExpectationError, match=r"saw none\n\nno request arrived"):
            getattr(Journal(), name)

    def test_shows_what_there_was_besides(self) -> None:
        with pytest.raises(ExpectationError, match="expected 1 request, saw 3") as caught:
            _ = staircase(3).only

        assert "model-2" in str(caught.value)


def test_says_how_many_they_are() -> None:
    assert repr(staircase(1)) == "<Journal of 1 exchange>"
    assert repr(staircase(2).of("model-0")) == "<Exchanges of 1 exchange>"
    assert repr(Exchanges()) == "<Exchanges of 0 exchanges>"
