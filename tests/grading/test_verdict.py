"""From the results of its items to the verdict on a kata."""

from __future__ import annotations

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.result import Item, ItemResult, Outcome, Sort
from pytest_mlinfra.grading.verdict import State, Verdict, broken, judge
from pytest_mlinfra.katas.library import BrokenKata
from pytest_mlinfra.katas.submission import Submission


def _result(
    outcome: Outcome, sort: Sort = Sort.TEST, points: float = 1, told: str = ""
) -> ItemResult:
    item = Item(kata="async/010_echo", name=f"{sort}-{outcome}", sort=sort, max_points=points)
    message = Message(id=told, headline=told) if told else None
    return ItemResult(item=item, outcome=outcome, message=message)


def _judge(builder: CourseBuilder, *results: ItemResult, is_untouched: bool = False) -> Verdict:
    kata = builder.kata(answer=None)
    own = Submission.at(None, kata.exercises)
    return judge(kata, own, results, is_untouched=is_untouched)


PASSED = _result(Outcome.PASSED)
FAILED = _result(Outcome.FAILED, told="not-an-echo")


@pytest.mark.parametrize(
    ("results", "is_untouched", "state"),
    [
        ([PASSED], False, State.DONE),
        ([PASSED, FAILED], False, State.FAILING),
        ([PASSED, _result(Outcome.SKIPPED)], False, State.FAILING),
        ([PASSED, _result(Outcome.NOT_RUN)], False, State.FAILING),
        ([], False, State.FAILING),
        ([PASSED, _result(Outcome.FAILED, Sort.GATE)], False, State.UNCLEAN),
        ([PASSED, _result(Outcome.NOT_CHECKED, Sort.GATE)], False, State.UNCLEAN),
        ([FAILED, _result(Outcome.FAILED, Sort.GATE)], False, State.FAILING),
        ([PASSED, _result(Outcome.FAILED, Sort.BUG)], False, State.FAILING),
        ([_result(Outcome.PENDING)], True, State.PENDING),
        ([PASSED, _result(Outcome.GRADER_ERROR)], False, State.BROKEN),
        ([_result(Outcome.PENDING), _result(Outcome.GRADER_ERROR)], True, State.BROKEN),
    ],
)
def test_the_state_follows_from_the_results(
    builder: CourseBuilder, results: list[ItemResult], is_untouched: bool, state: State
) -> None:
    assert _judge(builder, *results, is_untouched=is_untouched).state is state


def test_points_add_up_and_what_was_not_run_still_counts(builder: CourseBuilder) -> None:
    tenths = [_result(Outcome.PASSED, points=0.1)] * 10

    verdict = _judge(builder, *tenths, _result(Outcome.NOT_RUN, points=2))

    assert (verdict.points, verdict.max_points) == (1, 3)


def test_being_clean_earns_nothing_before_something_works(builder: CourseBuilder) -> None:
    gate = _result(Outcome.PASSED, Sort.GATE)

    nothing_works = _judge(builder, FAILED, gate)
    something_works = _judge(builder, PASSED, FAILED, gate)
    only_gates_asked_for = _judge(builder, gate)

    assert (nothing_works.points, nothing_works.max_points) == (0, 2)
    assert [result.outcome for result in nothing_works.results] == [
        Outcome.FAILED,
        Outcome.NOT_EARNED,
    ]
    assert something_works.points == 2
    assert only_gates_asked_for.points == 1


def test_the_first_message_is_told(builder: CourseBuilder) -> None:
    verdict = _judge(builder, PASSED, FAILED, _result(Outcome.FAILED, told="later"))

    assert verdict.first_failure is not None
    assert verdict.first_failure.id == "not-an-echo"


def test_a_grader_that_broke_is_told_before_everything_else(builder: CourseBuilder) -> None:
    error = _result(Outcome.GRADER_ERROR, told="grader-error")

    for is_untouched in (False, True):
        verdict = _judge(builder, FAILED, error, is_untouched=is_untouched)
        assert verdict.first_failure == error.message


def test_what_nobody_has_begun_is_told_where_to_begin(builder: CourseBuilder) -> None:
    verdict = _judge(builder, is_untouched=True)

    assert verdict.first_failure == Message(
        id="pending",
        headline="Not begun yet.",
        evidence="# TODO: return it.",
        path="exercises/async/010_echo/echo.py",
        line=3,
    )


def test_a_stub_may_say_nothing_about_where_to_begin(builder: CourseBuilder) -> None:
    kata = builder.kata(answer="def echo(value): ...\n")

    verdict = judge(kata, Submission.at(None, kata.exercises), [], is_untouched=True)

    assert verdict.first_failure is None


def test_there_may_be_nothing_to_tell(builder: CourseBuilder) -> None:
    assert _judge(builder, PASSED).first_failure is None


def test_a_verdict_says_what_a_report_shows(builder: CourseBuilder) -> None:
    verdict = _judge(builder, PASSED)

    assert (verdict.kata, verdict.number, verdict.track) == ("async/010_echo", "010", "async")
    assert (verdict.title, verdict.minutes) == ("Echo", 5)
    assert verdict.files == ("exercises/async/010_echo/echo.py",)
    assert verdict.statement == "exercises/async/010_echo/README.md"


def test_a_broken_kata_has_a_verdict_too(builder: CourseBuilder) -> None:
    folder = builder.kata("async/010_loud_echo").folder
    (folder / "kata.toml").write_text("")
    (entry,) = builder.course.entries
    assert isinstance(entry, BrokenKata)

    verdict = broken(entry)

    assert (verdict.state, verdict.title, verdict.max_points) == (State.BROKEN, "loud echo", 0)
    assert verdict.first_failure is not None
    assert "the key 'title' is missing" in verdict.first_failure.headline
