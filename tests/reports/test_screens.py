"""What the author of a wrong answer sees is the same at each run and on each machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from course_builder import CourseBuilder
from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.result import Item, ItemResult, Outcome, Sort
from pytest_mlinfra.grading.verdict import judge
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.reports.screens import accept, check_screen, check_strays, screen_of
from pytest_mlinfra.runs.rehearse import Rehearsal, Rehearsed

ROOT = Path("/tmp/mlinfra-x7")
SAID = """\
http://127.0.0.1:43121/health is not http://127.0.0.1:39997/health, but http://127.0.0.1:43121/
<object object at 0x7f12afc95110> in /tmp/mlinfra-x7/async/010_echo/echo.py"""


@pytest.fixture
def kata(builder: CourseBuilder) -> Kata:
    """A kata."""
    return builder.kata()


def _result(
    name: str, outcome: Outcome = Outcome.PASSED, evidence: str = "", sort: Sort = Sort.TEST
) -> ItemResult:
    message = None
    if outcome is Outcome.FAILED:
        path = str(ROOT / "async" / "010_echo" / "echo.py")
        message = Message(id="a", headline=f"{name} fails.", evidence=evidence, path=path, line=2)
    item = Item(kata="async/010_echo", name=name, sort=sort, max_points=1)
    return ItemResult(item=item, outcome=outcome, message=message)


def _rehearsed(kata: Kata, *results: ItemResult) -> Rehearsed:
    submission = Submission(ROOT, handed_in=True)
    verdict = judge(kata, submission, results, is_untouched=False)
    rehearsal = Rehearsal("wrong/shouts", {}, lambda _: "", "a")
    return Rehearsed(rehearsal, verdict, ROOT, "")


def test_shows_neither_ports_nor_addresses_nor_folders_of_the_machine(kata: Kata) -> None:
    failed = _result("test_it", Outcome.FAILED, SAID)

    assert screen_of(kata, _rehearsed(kata, failed)) == snapshot("""\
async     ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/1

  ✗ 010 Echo                                     failing                  0/1

Next: 010 Echo, about 5 minutes
  open    exercises/async/010_echo/echo.py
  read    exercises/async/010_echo/README.md

  ✗ test_it fails.

    http://127.0.0.1:50001/health is not http://127.0.0.1:50002/health, but
      http://127.0.0.1:50001/
    <object object at 0x7f0000000000> in exercises/async/010_echo/echo.py

  look at exercises/async/010_echo/echo.py:2

  hint    make hint KATA=010
""")


def test_hidden_tests_leave_no_trace(kata: Kata) -> None:
    visible = [_result("one"), _result("two", Outcome.FAILED)]
    hidden = _result("hidden/test_more.py::test_three", Outcome.FAILED)

    assert screen_of(kata, _rehearsed(kata, *visible, hidden)) == screen_of(
        kata, _rehearsed(kata, *visible)
    )


@pytest.mark.parametrize("luck", [Outcome.PASSED, Outcome.FAILED])
def test_the_order_drawn_by_lot_does_as_well_as_the_reversed_one(kata: Kata, luck: Outcome) -> None:
    failed = _result("order[reversed]", Outcome.FAILED, sort=Sort.SUITE)
    drawn = _result("order[shuffled]", luck, sort=Sort.SUITE)

    screen = screen_of(kata, _rehearsed(kata, _result("reference"), failed, drawn))

    assert "2 of its 3 checks are not passed yet" in screen


def test_what_was_accepted_is_compared(kata: Kata) -> None:
    before = _rehearsed(kata, _result("test_it", Outcome.FAILED, "saw 1 request"))
    after = _rehearsed(kata, _result("test_it", Outcome.FAILED, "saw 2 requests"))
    accept(kata, [before])

    assert list(check_screen(kata, before)) == []
    (problem,) = check_screen(kata, after)
    assert "\n-    saw 1 request\n+    saw 2 requests\n" in problem


def test_a_screen_has_to_fit_a_screen(kata: Kata) -> None:
    long = _rehearsed(kata, _result("test_it", Outcome.FAILED, "a line\n" * 30))
    wide = _rehearsed(kata, _result("test_it", Outcome.FAILED, "x" * 90))
    accept(kata, [long])
    (problem,) = check_screen(kata, long)
    assert problem == "async/010_echo, wrong/shouts: its screen has 44 lines; 40 are one screen"

    accept(kata, [wide])
    assert list(check_screen(kata, wide)) == []


def test_a_screen_belongs_to_a_wrong_answer(kata: Kata) -> None:
    one = _rehearsed(kata, _result("test_it", Outcome.FAILED))
    accept(kata, [one])
    (kata.solution_folder / "screens" / "gone.txt").touch()

    assert list(check_strays(kata, [one])) == [
        "solutions/async/010_echo/screens/gone.txt is the screen of no wrong answer"
    ]
    accept(kata, [one])
    assert list(check_strays(kata, [one])) == []
