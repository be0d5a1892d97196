"""Every verdict of one grading, and what follows from them together."""

from __future__ import annotations

import pytest

from pytest_mlinfra.grading.report import gather
from pytest_mlinfra.grading.verdict import State, Verdict


def _verdict(kata: str, state: State, points: float = 1, max_points: float = 2) -> Verdict:
    return Verdict(
        kata=kata,
        title=kata,
        track=kata.partition("/")[0],
        minutes=5,
        state=state,
        points=points,
        max_points=max_points,
        files=(),
        statement="",
        first_failure=None,
        results=(),
    )


def test_verdicts_come_in_the_order_of_the_course() -> None:
    names = ["quality/410_c", "async/020_b", "async/010_a"]

    report = gather([_verdict(name, State.DONE) for name in names], handed_in=False)

    assert [verdict.kata for verdict in report.verdicts] == names[::-1]
    assert {track: len(each) for track, each in report.tracks.items()} == {"async": 2, "quality": 1}


def test_points_and_katas_are_counted() -> None:
    report = gather(
        [_verdict("async/010_a", State.DONE, 2), _verdict("async/020_b", State.FAILING, 0.5)],
        handed_in=False,
    )

    assert (report.points, report.max_points, report.done) == (2.5, 4, 1)


@pytest.mark.parametrize(
    ("states", "following"),
    [
        ([State.PENDING, State.PENDING], "async/000_kata"),
        ([State.DONE, State.PENDING], "async/001_kata"),
        ([State.PENDING, State.FAILING], "async/001_kata"),
        ([State.UNCLEAN, State.FAILING], "async/000_kata"),
        ([State.PENDING, State.BROKEN], "async/001_kata"),
        ([State.DONE, State.DONE], None),
    ],
)
def test_next_is_what_was_begun_and_then_what_was_not(
    states: list[State], following: str | None
) -> None:
    verdicts = [_verdict(f"async/{n:03}_kata", state) for n, state in enumerate(states)]

    report = gather(verdicts, handed_in=False)

    assert (report.next.kata if report.next else None) == following


@pytest.mark.parametrize(
    ("state", "own", "handed_in"),
    [
        (State.DONE, False, False),
        (State.PENDING, False, True),
        (State.FAILING, True, True),
        (State.UNCLEAN, True, True),
        (State.BROKEN, True, True),
    ],
)
def test_a_submission_has_to_be_complete_and_ones_own_exercises_have_not(
    state: State, own: bool, handed_in: bool
) -> None:
    verdicts = [_verdict("async/010_a", state)]

    assert gather(verdicts, handed_in=False).falls_short is own
    assert gather(verdicts, handed_in=True).falls_short is handed_in
    assert gather(verdicts, handed_in=True).is_broken is (state is State.BROKEN)
