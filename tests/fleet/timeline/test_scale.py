"""From moments to places, and what is cut out between them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exchanges import Told, retries, staircase, written
from pytest_mlinfra.fleet import Journal
from pytest_mlinfra.fleet.timeline.scale import Line, Scale, fit

LINE = Line(width=100, cut_width=2, tail=1, finest=1)


def _fitted(journal: Journal) -> Scale:
    return fit(journal, max(each.ended or each.started for each in journal), LINE)


def _cuts(scale: Scale) -> list[tuple[float, float]]:
    return [(cut.start, cut.end) for cut in scale.cuts]


def test_without_cuts_every_second_is_as_long() -> None:
    scale = Scale(10, 20, LINE)

    assert [scale.at(when) for when in (10, 12.5, 20)] == [0, 25, 100]


def test_behind_a_cut_every_second_is_as_long_as_before() -> None:
    scale = Scale(0, 110, LINE, [(4, 104)])

    assert scale.at(4) == 4 * 9.8
    assert scale.at(104) == 4 * 9.8 + 2
    assert scale.at(110) == 100


def test_a_cut_to_the_end_leaves_room_for_what_ends_there() -> None:
    scale = Scale(0, 100, LINE, [(10, 100)])

    assert scale.at(10) == 97
    assert scale.cuts[0].right == 99
    assert scale.at(100) == 100


def test_a_moment_alone_is_at_the_left() -> None:
    assert Scale(5, 5, LINE).at(5) == 0


class TestCuts:
    def test_show_an_order_that_a_long_wait_would_hide(self) -> None:
        short = [Told(step / 100, (step + 1) / 100 - 0.001) for step in range(5)]
        journal = written(Told(0, 5, outcome="cancelled"), *short)

        assert _cuts(_fitted(journal)) == [(0.049, 5)]

    def test_lie_between_bursts_too(self) -> None:
        bursts = [
            Told(burst + step / 100, burst + step / 100 + 0.005)
            for burst in (0, 10, 20)
            for step in range(4)
        ]

        cuts = _cuts(_fitted(written(*bursts)))

        # Each of the two pauses is as long as the other, so neither is three times the rest.
        assert cuts == []

    def test_are_not_made_where_nothing_is_hidden(self) -> None:
        assert _cuts(_fitted(staircase())) == []
        assert _cuts(_fitted(retries((1, 2, 4, 8, 60)))) == []

    def test_are_not_made_for_the_jitter_of_what_runs_together(self) -> None:
        journal = written(*(Told(step / 1000, 5 + step / 1000) for step in range(12)))

        assert _cuts(_fitted(journal)) == []


@st.composite
def _stories(draw: st.DrawFn) -> list[Told]:
    times = st.floats(0, 1e4, allow_nan=False).map(lambda seconds: round(seconds, 6))
    spans = draw(st.lists(st.tuples(times, times), min_size=1, max_size=10))
    return [Told(min(span), max(span)) for span in spans]


@given(_stories())
def test_later_is_never_further_left_and_all_is_on_the_line(story: list[Told]) -> None:
    journal = written(*story)
    scale = _fitted(journal)

    moments = sorted({each.started for each in journal} | {each.ended or 0 for each in journal})
    places = [scale.at(moment) for moment in moments]

    assert places == sorted(places)
    assert places[0] == 0
    assert places[-1] <= LINE.width
