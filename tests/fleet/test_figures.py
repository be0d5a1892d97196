"""Figures about exchanges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges import Told, retries, staircase, together, written
from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet import Exchanges


@st.composite
def _stories(draw: st.DrawFn) -> list[Told]:
    times = st.integers(0, 20)
    spans = draw(st.lists(st.tuples(times, times), min_size=1, max_size=12))
    return [Told(min(span), max(span)) for span in spans]


class TestInFlight:
    def test_one_after_another_is_one_at_a_time(self) -> None:
        assert staircase(5).peak_in_flight == 1
        assert staircase(5).overlaps == []

    def test_all_together_is_all_at_a_time(self) -> None:
        journal = together(4)

        assert journal.peak_in_flight == 4
        assert len(journal.overlaps) == 6

    def test_overlaps_name_the_pairs(self) -> None:
        journal = written(
            Told(0, 3, model="a"), Told(1, 2, model="b"), Told(2, 4, model="c"), Told(5, 6)
        )

        pairs = [(one.model, other.model) for one, other in journal.overlaps]

        assert pairs == [("a", "b"), ("a", "c")]

    def test_what_has_not_ended_overlaps_all_that_comes(self) -> None:
        journal = written(Told(0, None), Told(1, 2), Told(3, 4))

        assert journal.in_flight == 1
        assert len(journal.overlaps) == 2

    def test_nothing_is_never_in_flight(self) -> None:
        assert Exchanges().peak_in_flight == 0

    @given(_stories())
    def test_the_peak_is_the_most_that_overlap_any_one_arrival(self, story: list[Told]) -> None:
        journal = written(*story)

        together = [
            sum(other.arrival <= each.arrival < (other.departure or 0) for other in journal)
            for each in journal
        ]

        assert journal.peak_in_flight == max(together)

    @given(_stories())
    def test_no_overlap_means_a_peak_of_one(self, story: list[Told]) -> None:
        journal = written(*story)

        assert (journal.peak_in_flight == 1) == (journal.overlaps == [])


class TestTime:
    def test_gaps_lie_between_end_and_start(self) -> None:
        assert retries((1, 2, 4)).gaps == [1, 2, 4]

    def test_gaps_between_starts_hold_the_durations_too(self) -> None:
        assert retries((1, 2, 4)).gaps_between_starts == [1.1, 2.1, 4.1]

    def test_a_gap_of_overlapping_requests_is_negative(self) -> None:
        assert written(Told(0, 1), Told(0.7, 2)).gaps == [-0.3]

    def test_no_gap_follows_what_has_not_ended(self) -> None:
        with pytest.raises(FleetError, match="request 1 is still in flight"):
            _ = written(Told(0, None), Told(1, 2)).gaps

    def test_the_last_one_may_be_in_flight(self) -> None:
        assert written(Told(0, 1), Told(3, None)).gaps == [2]

    def test_percentiles_are_durations_that_occurred(self) -> None:
        journal = written(*(Told(second, second + second / 10) for second in range(1, 11)))

        assert [journal.percentile(percent) for percent in (1, 50, 90, 91, 100)] == [
            0.1,
            0.5,
            0.9,
            1.0,
            1.0,
        ]

    @pytest.mark.parametrize("percent", [0, -1, 100.5])
    def test_there_is_no_other_percentage(self, percent: float) -> None:
        with pytest.raises(FleetError, match=f"above 0 and at most 100, not {percent:g}"):
            together().percentile(percent)

    def test_counts_what_ended_in_each_second(self) -> None:
        journal = written(Told(10, 10.5), Told(10, 10.999), Told(11, 12), Told(11, None))

        assert journal.per_second == [2, 0, 1]

    def test_throughput_is_over_the_whole_time(self) -> None:
        assert staircase(6, 0.5).throughput == 2

    @pytest.mark.parametrize(
        ("story", "complaint"),
        [
            ((), "no request has ended"),
            ((Told(0, None),), "no request has ended"),
            ((Told(1, 1),), "no time at all"),
        ],
    )
    def test_says_why_there_is_no_throughput(self, story: tuple[Told, ...], complaint: str) -> None:
        with pytest.raises(FleetError, match=complaint):
            _ = written(*story).throughput

    def test_nothing_has_no_figures(self) -> None:
        nothing = Exchanges()

        assert (nothing.gaps, nothing.durations, nothing.per_second) == ([], [], [])
        with pytest.raises(FleetError, match="no request has ended"):
            nothing.percentile(50)


def test_counts_the_requests_of_each_connection() -> None:
    journal = written(
        Told(0, 1, connection="a"), Told(1, 2, connection="b"), Told(2, 3, connection="a")
    )

    assert journal.connections == 2
    assert journal.requests_per_connection == {1: 2, 2: 1}
