"""How a sentence about exchanges begins, and how it fails."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from complaints import complaint_of
from exchanges import Told, staircase, together, written
from pytest_mlinfra.fleet import Journal
from pytest_mlinfra.fleet.expectations.words import counted, listed, listed_seconds


def test_counts_them() -> None:
    journal = staircase(2)

    journal.expect(2)
    assert complaint_of(lambda: journal.expect(3, "health checks")) == snapshot("""\
expected 3 health checks, saw 2

GET /health 0          0.2        0.4         0.6        0.8 s
            ┬──────────┬──────────┬───────────┬──────────┬──────────
model-0     ████████████████████████████                             200
model-1                                 ████████████████████████████ 200\
""")


def test_shows_what_came_instead() -> None:
    journal = staircase(2)

    assert complaint_of(lambda: journal.to("/healthz").expect(2, "health checks")) == snapshot("""\
expected 2 health checks, saw none; this is what came instead:

GET /health 0          0.2        0.4         0.6        0.8 s
            ┬──────────┬──────────┬───────────┬──────────┬──────────
model-0     ████████████████████████████                             200
model-1                                 ████████████████████████████ 200\
""")


def test_says_that_nothing_came() -> None:
    assert complaint_of(lambda: Journal().expect(1)) == snapshot("""\
expected 1 request, saw none

no request arrived\
""")


def test_there_may_have_to_be_some() -> None:
    staircase(1).expect().some()
    assert complaint_of(lambda: staircase(1).of("bert").expect().some()) == snapshot("""\
expected requests, saw none; this is what came instead:

model-0 GET /health 0         100      200       300      400 ms
                    ┬─────────┬────────┬─────────┬────────┬─────────
1                   ████████████████████████████████████████████████ 200\
""")


def test_any_number_may_be_none() -> None:
    Journal().expect().in_flight_together().one_at_a_time().took(1).served().requests([])
    Journal().expect(0)


def test_parts_of_a_sentence_follow_each_other() -> None:
    journal = together(3)

    sentence = journal.expect(3).in_flight_together().served().took(0.5)

    with pytest.raises(AssertionError, match="expected requests one at a time"):
        sentence.one_at_a_time()


def test_two_hundred_requests_fit_a_screen() -> None:
    journal = written(*(Told(number / 10, number / 10 + 0.05) for number in range(200)))

    assert "… 185 more" in complaint_of(journal.expect().in_flight_together)


class TestWords:
    @pytest.mark.parametrize(
        ("number", "plural", "said"),
        [(0, "requests", "no requests"), (1, "queries", "1 query"), (2, "checks", "2 checks")],
    )
    def test_counted(self, number: int, plural: str, said: str) -> None:
        assert counted(number, plural) == said

    @pytest.mark.parametrize(
        ("items", "said"),
        [([], "none"), (["a"], "a"), (["a", "b"], "a and b"), ([1, 2, 3], "1, 2 and 3")],
    )
    def test_listed(self, items: list[object], said: str) -> None:
        assert listed(items) == said

    @pytest.mark.parametrize(
        ("seconds", "said"),
        [
            ([1, 0.25], "1 s and 250 ms"),
            ([1.0, 1.0, 1.0], "1 s, 1 s and 1 s"),
            ([1.0] * 12, "12 times 1 s"),
            ([-0.3, 0], "-300 ms and 0 s"),
        ],
    )
    def test_listed_seconds(self, seconds: list[float], said: str) -> None:
        assert listed_seconds(seconds) == said
