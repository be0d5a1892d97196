"""What was planned is held against what was reported, item by item."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.result import Item, ItemResult, Outcome, Sort
from pytest_mlinfra.runs.events import (
    Ended,
    Event,
    Finished,
    Interrupted,
    Left,
    Noted,
    Opened,
    Planned,
    Started,
)
from pytest_mlinfra.runs.job import Ending, Frame
from pytest_mlinfra.runs.limits import Hit, Limit
from pytest_mlinfra.runs.request import Isolation, Way
from pytest_mlinfra.runs.result import BROKEN_OFF, SUBTEST, RunResult, result_of

ISOLATION = Isolation(Way.WARM)


def _item(name: str, points: float = 1, sort: Sort = Sort.TEST) -> Item:
    return Item(kata="async/010_echo", name=name, sort=sort, max_points=points)


ONE, TWO = _item("one", 2), _item("two")
PLAN = (ONE, TWO)


def _finished(item: Item, outcome: Outcome = Outcome.PASSED, phase: str = "call") -> Finished:
    return Finished(ItemResult(item=item, outcome=outcome, phase=phase))


def _whole(item: Item) -> tuple[Event, ...]:
    return Started(item.name), _finished(item), Left(item.name)


def _result(
    *events: Event, expected: tuple[Item, ...] | None = PLAN, ending: Ending | None = None
) -> RunResult:
    lines = b"".join(msgspec.json.encode(event) + b"\n" for event in events)
    ending = msgspec.structs.replace(ending or Ending(exit_code=0), events=lines)
    return result_of(ending, ISOLATION, [Path("echo.py")], expected)


def _outcomes(run: RunResult) -> dict[str, Outcome]:
    return {result.item.name: result.outcome for result in run.results}


def _message(run: RunResult, name: str) -> Message:
    (message,) = (result.message for result in run.results if result.item.name == name)
    assert message is not None
    return message


def test_what_passed_to_the_end_has_passed() -> None:
    run = _result(Opened(), Planned(PLAN), *_whole(ONE), *_whole(TWO), Ended(0))

    assert _outcomes(run) == {"one": Outcome.PASSED, "two": Outcome.PASSED}
    assert sum(result.points for result in run.results) == 3


def test_the_exit_code_is_no_evidence() -> None:
    run = _result(Opened(), Ended(0))

    assert set(_outcomes(run).values()) == {Outcome.NOT_RUN}


def test_a_plan_says_what_an_item_is_worth_whatever_the_run_says() -> None:
    dearer = msgspec.structs.replace(ONE, max_points=100, sort=Sort.GATE)
    run = _result(Opened(), Planned((dearer, TWO)), *_whole(dearer), *_whole(TWO), Ended(0))

    assert run.results[0].item == ONE


def test_what_nobody_planned_is_shown_and_earns_nothing() -> None:
    gift = _item("gift", 100)
    run = _result(Opened(), Planned((gift, *PLAN)), *_whole(gift), Ended(0))

    assert [result.item.name for result in run.results] == ["gift", "one", "two"]
    assert sum(result.points for result in run.results) == 0


def test_without_a_plan_the_run_s_own_counts() -> None:
    run = _result(Opened(), Planned((ONE,)), *_whole(ONE), Ended(0), expected=None)

    assert _outcomes(run) == {"one": Outcome.PASSED}


@pytest.mark.parametrize(
    ("reports", "outcome", "message_id"),
    [
        ((), Outcome.FAILED, "not-reported"),
        ((_finished(ONE), _finished(ONE)), Outcome.FAILED, "reported-twice"),
        ((_finished(ONE, Outcome.FAILED), _finished(ONE)), Outcome.FAILED, "reported-twice"),
        ((_finished(ONE), _finished(ONE, Outcome.FAILED, "teardown")), Outcome.FAILED, None),
        ((_finished(ONE, Outcome.FAILED, SUBTEST), _finished(ONE)), Outcome.FAILED, None),
        (
            (_finished(ONE, phase=SUBTEST), _finished(ONE, phase=SUBTEST), _finished(ONE)),
            Outcome.PASSED,
            None,
        ),
    ],
)
def test_an_item_is_reported_once_in_each_phase(
    reports: tuple[Event, ...], outcome: Outcome, message_id: str | None
) -> None:
    run = _result(Opened(), Planned(PLAN), Started("one"), *reports, Left("one"), Ended(0))

    first = run.results[0]
    assert first.outcome is outcome
    assert (first.message.id if first.message else None) == message_id
    assert first.phase != SUBTEST


def test_a_run_that_ends_in_a_test_fails_it_and_keeps_the_others_from_running() -> None:
    run = _result(Opened(), Planned(PLAN), Started("one"), ending=Ending(exit_code=0))

    assert _outcomes(run) == {"one": Outcome.FAILED, "two": Outcome.NOT_RUN}
    assert run.results[0].phase == BROKEN_OFF
    assert _message(run, "one").headline == "The test ended Python with exit code 0."
    assert _message(run, "two").headline == "Not run, because one ended Python with exit code 0."


def test_a_test_that_passed_and_never_came_to_its_end_has_not_passed() -> None:
    run = _result(Opened(), Planned(PLAN), Started("one"), _finished(ONE))

    assert _outcomes(run)["one"] is Outcome.FAILED


def test_a_test_that_failed_before_the_run_ended_keeps_its_own_reason() -> None:
    told = Message(id="own", headline="Its own.")
    failed = Finished(ItemResult(item=ONE, outcome=Outcome.FAILED, message=told))
    run = _result(Opened(), Planned(PLAN), Started("one"), failed)

    assert _message(run, "one") == told


def test_a_run_that_does_not_say_that_it_ended_did_not_get_to_its_end() -> None:
    run = _result(Opened(), Planned(PLAN), *_whole(ONE), *_whole(TWO))

    assert _outcomes(run) == {"one": Outcome.PASSED, "two": Outcome.FAILED}
    assert run.exit_code is None


@pytest.mark.parametrize(
    ("ending", "message_id", "words"),
    [
        (Ending(exit_code=3), "ended-early", "ended Python with exit code 3"),
        (Ending(exit_code=-11), "crashed", "crashed Python (SIGSEGV)"),
        (Ending(exit_code=-40), "crashed", "crashed Python (signal 40)"),
        (
            Ending(exit_code=None, hits=(Hit(Limit.TIME, 5),)),
            "time-limit",
            "ran longer than 5 s",
        ),
        (
            Ending(exit_code=None, lost=True),
            "ends-the-grader",
            "ended processes that it had not started, again and again",
        ),
    ],
)
def test_every_way_to_end_has_words_of_its_own(ending: Ending, message_id: str, words: str) -> None:
    run = _result(Opened(), ending=ending)

    assert _message(run, "one") == Message(
        id=message_id, headline=f"Not run, because the import of your files {words}."
    )


def test_a_limit_that_only_cuts_the_output_is_no_reason_to_end() -> None:
    run = _result(
        Opened(),
        Planned(PLAN),
        *_whole(ONE),
        *_whole(TWO),
        Ended(0),
        ending=Ending(exit_code=0, output="x" * 10, hits=(Hit(Limit.OUTPUT, 64),)),
    )

    assert set(_outcomes(run).values()) == {Outcome.PASSED}
    assert run.output == "x" * 10 + "\n… printed more than 64 KiB: cut here"


@pytest.mark.parametrize(
    ("by", "message_id"), [("KeyboardInterrupt", "interrupted"), ("pytest.exit", "exits-pytest")]
)
def test_an_interruption_points_at_its_line(by: str, message_id: str, tmp_path: Path) -> None:
    answer = tmp_path / "echo.py"
    answer.write_text("one\ntwo\nthree\n")
    run = _result(
        Opened(), Planned(PLAN), Started("one"), Interrupted(by, str(answer), 2), Ended(2)
    )

    message = _message(run, "one")
    assert message.id == message_id
    assert message.headline == f"The test broke off all of the tests ({by})."
    assert message.evidence == "It was here: two"
    assert message.line == 2


def test_points_at_the_innermost_line_of_the_learner_s(tmp_path: Path) -> None:
    answer = tmp_path / "echo.py"
    answer.write_text("one\nwhile True: pass\nthree\n")
    stack = (
        Frame("/usr/lib/re.py", 1, "match"),
        Frame(str(answer), 2, "echo"),
        Frame(str(answer), 3, "<module>"),
    )
    ending = Ending(exit_code=None, hits=(Hit(Limit.CPU, 30),), stack=stack)
    run = result_of(ending, ISOLATION, [answer], PLAN)

    message = _message(run, "one")
    assert (message.line, message.evidence) == (2, "It was here: while True: pass")


def test_hands_back_what_was_noted() -> None:
    run = _result(Opened(), Noted("coverage", {"percent": 50}), Ended(0))

    assert run.notes == {"coverage": {"percent": 50}}
    assert run.isolation == ISOLATION


_EVENTS = st.one_of(
    st.builds(Opened),
    st.sampled_from(
        [
            Planned(PLAN),
            Planned(()),
            Started("one"),
            Started("two"),
            Started("three"),
            _finished(ONE, Outcome.FAILED),
            _finished(TWO, Outcome.SKIPPED),
            _finished(TWO, Outcome.FAILED, "teardown"),
            Left("one"),
            Left("two"),
            Interrupted("pytest.exit"),
            Ended(0),
            Ended(1),
        ]
    ),
)


@settings(deadline=None)
@given(st.lists(_EVENTS, max_size=30))
def test_nothing_passes_that_was_not_reported_to_have_passed(events: list[Event]) -> None:
    run = _result(*events)

    assert [result.item for result in run.results[-2:]] == list(PLAN)
    assert Outcome.PASSED not in _outcomes(run).values()


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_whatever_is_reported_gives_a_result_for_each_item(content: bytes) -> None:
    run = result_of(Ending(exit_code=0, events=content), ISOLATION, [], PLAN)

    assert [result.item for result in run.results] == list(PLAN)
    assert sum(result.points for result in run.results) == 0
