"""Points at which to cancel, as text."""

from __future__ import annotations

import pytest

from pytest_mlinfra.clock.exploration.cancellation.points import Moment, Point
from pytest_mlinfra.errors import UsageError


@pytest.mark.parametrize(
    ("text", "point"),
    [("7", Point(7)), ("7+", Point(7, Moment.RESUMING)), ("12", Point(12, Moment.WAITING))],
)
def test_a_point_is_read_from_its_text_and_written_as_it(text: str, point: Point) -> None:
    assert Point.parse(text) == point
    assert str(point) == text


@pytest.mark.parametrize("text", ["", "0", "-1", "seven", "7++", "+7", "7 "])
def test_what_stands_for_no_point_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="is no point to cancel at: it should look like 7"):
        Point.parse(text)
