"""The round values along an axis."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_mlinfra.fleet.timeline.scale import Line, Scale
from pytest_mlinfra.fleet.timeline.ticks import shown_seconds, ticks_of

LINE = Line(width=60, cut_width=2, tail=1, finest=1)


def _labels(start: float, end: float, epoch: float = 0) -> list[str]:
    scale = Scale(start, end, LINE)
    return [tick.label for tick in ticks_of(scale, epoch, len, LINE.width + 6)]


@pytest.mark.parametrize(
    ("end", "labels"),
    [
        (0.0, ["0 s"]),
        (1.0, ["0", "0.2", "0.4", "0.6", "0.8", "1.0 s"]),
        (5.0, ["0", "1", "2", "3", "4", "5 s"]),
        (7.3, ["0", "1", "2", "3", "4", "5", "6", "7 s"]),
        (0.25, ["0", "50", "100", "150", "200", "250 ms"]),
        (0.0034, ["0", "0.5", "1.0", "1.5", "2.0", "2.5", "3.0 ms"]),
        (0.0000009, ["0", "0.2", "0.4", "0.6", "0.8 µs"]),
        (170.0, ["0", "20", "40", "60", "80", "100", "120", "140", "160 s"]),
        (300.0, ["0", "1", "2", "3", "4", "5 min"]),
        (86400.0, ["0", "5", "10", "15", "20 h"]),
        (30 * 86400.0, ["0", "5", "10", "15", "20", "25", "30 d"]),
    ],
)
def test_are_easy_to_add_up(end: float, labels: list[str]) -> None:
    assert _labels(0, end) == labels


def test_count_from_the_epoch() -> None:
    assert _labels(1003.2, 1004.9, epoch=1000) == [
        "3.2",
        "3.4",
        "3.6",
        "3.8",
        "4.0",
        "4.2",
        "4.4",
        "4.6",
        "4.8 s",
    ]


def test_there_is_one_even_where_nothing_is_round() -> None:
    assert _labels(3.14159, 3.14159) == ["3.142 s"]


def test_say_where_time_goes_on_behind_a_cut() -> None:
    scale = Scale(0, 5.003, LINE, [(0.05, 5)])

    labels = [tick.label for tick in ticks_of(scale, 0, len, LINE.width)]

    assert labels == ["0", "0.01", "0.02", "0.03", "0.04", "5 s"]


@given(st.floats(0, 1e6), st.floats(1e-7, 1e6), st.lists(st.floats(0.1, 0.9), max_size=2))
def test_never_touch_each_other(start: float, span: float, shares: list[float]) -> None:
    cuts = [(start + span * 0.2, start + span * 0.8)] if shares else []
    scale = Scale(start, start + span, LINE, cuts)

    ticks = ticks_of(scale, 0, len, LINE.width + 8)

    assert ticks
    assert all(one.at + len(one.label) < two.at for one, two in pairwise(ticks))
    assert all(0 <= tick.at <= LINE.width for tick in ticks)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (1, "1 s"),
        (0.25, "250 ms"),
        (0.001, "1 ms"),
        (0.0000012, "1.2 µs"),
        (90, "90 s"),
        (3600, "60 min"),
        (1.23456, "1.235 s"),
        (-0.5, "-500 ms"),
    ],
)
def test_a_duration_is_written_as_a_person_would(seconds: float, said: str) -> None:
    assert shown_seconds(seconds) == said
