"""From what a run reports follows for how long a test has been running."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_mlinfra.grading.result import Item, ItemResult, Outcome, Sort
from pytest_mlinfra.runs.events import Event, Finished, Opened, Planned, Started
from pytest_mlinfra.runs.forkserver.progress import Progress

TEST = Item(kata="async/010_echo", name="test", sort=Sort.TEST, max_points=1)
RULE = Item(kata="async/010_echo", name="rule", sort=Sort.SUITE, max_points=1)


class Watch:
    """A clock that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def _lines(*events: Event) -> bytes:
    return b"".join(msgspec.json.encode(event) + b"\n" for event in events)


def test_nothing_runs_before_the_session_is_open(watch: Watch) -> None:
    progress = Progress(watch)
    watch.now += 50

    assert progress.seconds_of_test() == 0


def test_the_import_of_the_answer_counts_like_a_test(watch: Watch) -> None:
    progress = Progress(watch)
    progress.feed(_lines(Opened()))
    watch.now += 3

    assert progress.seconds_of_test() == 3
    progress.feed(_lines(Planned((TEST,))))
    assert progress.seconds_of_test() == 0


def test_a_test_counts_from_its_start_to_its_end(watch: Watch) -> None:
    progress = Progress(watch)
    progress.feed(_lines(Opened(), Planned((TEST,)), Started("test")))
    watch.now += 2

    assert progress.seconds_of_test() == 2
    progress.feed(_lines(Finished(ItemResult(item=TEST, outcome=Outcome.PASSED))))
    assert progress.seconds_of_test() == 0


def test_a_rule_may_take_as_long_as_the_whole_run(watch: Watch) -> None:
    progress = Progress(watch)
    progress.feed(_lines(Opened(), Planned((TEST, RULE)), Started("rule")))
    watch.now += 20

    assert progress.seconds_of_test() == 0


def test_events_may_come_in_pieces(watch: Watch) -> None:
    progress = Progress(watch)
    for byte in _lines(Opened(), Planned((TEST,)), Started("test")):
        progress.feed(bytes([byte]))
    watch.now += 1

    assert progress.seconds_of_test() == 1


@settings(deadline=None)
@given(st.lists(st.binary(max_size=50), max_size=10))
def test_whatever_is_reported_does_no_harm(parts: list[bytes]) -> None:
    progress = Progress(Watch())
    for part in parts:
        progress.feed(part)

    assert progress.seconds_of_test() >= 0
