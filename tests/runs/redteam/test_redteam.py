"""Tricks win nothing, unless the layer that stops them is left away."""

from __future__ import annotations

from pathlib import Path

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.errors import CourseError, UsageError
from pytest_mlinfra.katas.library import Course
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.runs.jail import bubblewrap
from pytest_mlinfra.runs.marks import MarkedRuns
from pytest_mlinfra.runs.redteam import Trick, play, tricks_in

WRONG = "def echo(value):\n    return 'wrong'\n"


def trick(layer: str, code: str) -> Trick:
    return Trick(f"here/{layer}", "tries it", layer, code)


@pytest.mark.skipif(bool(bubblewrap.why_not()), reason=bubblewrap.why_not() or "jailed")
def test_a_trick_wins_only_without_the_layer_that_stops_it(builder: CourseBuilder) -> None:
    builder.kata("async/010_echo")
    course = Course(builder.root / "exercises")
    kata = course.entry("010")
    assert isinstance(kata, Kata)
    reference = builder.root / "solutions" / "async" / "010_echo" / "echo.py"
    place = "# --- the wrong answer stands here ---\n"
    reads = trick("files", f"{place}exec(open({str(reference)!r}).read())\n")
    exits = trick("process", f"{place}import os\ndef echo(value):\n    os._exit(0)\n")

    held = play(kata, [reads, exits], WRONG)

    assert held.is_held
    assert held.isolation.level == "full"
    assert [each.points for each in held.attempts] == [held.wrong, held.wrong]

    (won,) = play(kata, [reads], WRONG, without=["files"]).attempts

    assert won.won
    assert won.left == 0


def test_a_layer_that_does_not_exist_cannot_be_left_away() -> None:
    with pytest.raises(UsageError, match="walls is no layer; there are process, values"):
        MarkedRuns.for_marks(["walls"])


def test_the_course_s_own_tricks_say_what_stops_them(repository: Path) -> None:
    tricks = tricks_in(repository / "tests" / "redteam")

    assert len(tricks) >= 49
    assert all(each.about.endswith(".") for each in tricks)


def test_a_trick_that_does_not_say_what_stops_it_is_none(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="there is no trick in"):
        tricks_in(tmp_path)

    (tmp_path / "reading").mkdir()
    (tmp_path / "reading" / "all.py").write_text('"""Reads all."""\n')

    with pytest.raises(CourseError, match=r"all\.py does not say what stops it"):
        tricks_in(tmp_path)
