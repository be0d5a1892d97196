"""Schedules as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_mlinfra.clock.exploration.races.schedule import Hold, Schedule, Step, Stretch
from pytest_mlinfra.errors import UsageError

numbers = st.integers(min_value=1, max_value=999)
names = st.from_regex(r"[a-z_][a-z_0-9]{0,8}(:[1-9][0-9]?)?", fullmatch=True)
steps = st.builds(Step, names, numbers)
holds = st.one_of(
    st.builds(Hold, steps, steps, st.integers(0, 9)), st.builds(Hold, steps, st.none(), numbers)
)
deviations = st.one_of(holds, st.builds(Stretch, steps, numbers))
schedules = st.builds(Schedule, st.lists(deviations, max_size=4).map(tuple))


@given(schedules)
def test_a_schedule_is_read_back_from_its_text(schedule: Schedule) -> None:
    assert Schedule.parse(str(schedule)) == schedule


@given(schedules)
def test_the_text_needs_no_quotes_on_a_command_line(schedule: Schedule) -> None:
    assert not set(str(schedule)) & set(" \t'\"\\<>|&;()$`*?[]#~!{}=")


def test_the_plain_order_has_a_name() -> None:
    assert str(Schedule()) == "plain"
    assert Schedule.parse("plain") == Schedule()


@pytest.mark.parametrize(
    "text", ["", "writer", "writer.2", "writer.0+1", "writer.2@", "a.1+1,,b.1+1", "writer.2x0"]
)
def test_what_stands_for_no_schedule_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match=r"is no schedule: .* should look like writer\.2@reader"):
        Schedule.parse(text)
