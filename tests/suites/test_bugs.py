"""Planted bugs, as data."""

from __future__ import annotations

import pytest

from course_builder import ANSWER, BUGS, CourseBuilder
from pytest_mlinfra.errors import BugError
from pytest_mlinfra.suites.bugs import Bug, check_bugs, differs, read_bugs


def _bug(swap: str = "return value", replacement: str = "return None", **other: str) -> Bug:
    return Bug(
        name="silent",
        swap=swap,
        replacement=replacement,
        question=("a?", "b?", "c?"),
        witness=other.get("witness", "echo(1)"),
    )


def test_a_bug_swaps_a_piece_of_text() -> None:
    assert _bug().plant(ANSWER) == ANSWER.replace("return value", "return None")


@pytest.mark.parametrize(("swap", "count"), [("return 3", 0), ("value", 2)])
def test_the_text_has_to_stand_there_once(swap: str, count: int) -> None:
    with pytest.raises(BugError) as caught:
        _bug(swap).plant("def echo(value):\n    return value\n")

    assert f"swaps '{swap}', which stands {count} times in the module" in str(caught.value)
    assert "has the module been changed?" in str(caught.value)


def test_bugs_come_in_the_order_of_their_file(builder: CourseBuilder) -> None:
    kata = builder.suite_kata(bugs=BUGS + BUGS.replace('"silent"', '"mute"'))

    assert [bug.name for bug in read_bugs(kata)] == ["silent", "mute"]


@pytest.mark.parametrize(
    ("bugs", "complaint"),
    [
        (BUGS + BUGS, "two bugs are named 'silent'"),
        ("[[bug]\n", "bugs.toml: Expected"),
        (BUGS.replace('witness = "echo(1)"', ""), "Object missing required field `witness`"),
        (BUGS + "colour = 1\n", "Object contains unknown field `colour`"),
        (BUGS.replace('"Do you look?", ', ""), "Expected `array` of length 3"),
    ],
)
def test_says_what_is_wrong_with_the_file(
    builder: CourseBuilder, bugs: str, complaint: str
) -> None:
    kata = builder.suite_kata(bugs=bugs)

    with pytest.raises(BugError) as caught:
        read_bugs(kata)

    assert complaint in str(caught.value)
    assert str(caught.value).startswith("solutions/testing/210_echo_tests/bugs.toml")


def test_says_that_there_is_no_file(builder: CourseBuilder) -> None:
    kata = builder.suite_kata()
    (kata.solution_folder / "bugs.toml").unlink()

    with pytest.raises(BugError, match=r"bugs\.toml is not there"):
        read_bugs(kata)


@pytest.mark.parametrize(
    ("bug", "expected"),
    [
        (_bug(), True),
        (_bug(replacement="return (value)"), False),
        (_bug(replacement="return float(value)"), True),
        (_bug(replacement="raise ValueError"), True),
        (_bug(witness="echo(None)"), False),
        (_bug(witness="1 / 0"), False),
    ],
    ids=["another value", "no difference", "another type", "an error", "a bad witness", "no use"],
)
def test_a_witness_tells_the_module_from_the_bug(
    builder: CourseBuilder, bug: Bug, expected: bool
) -> None:
    kata = builder.suite_kata()

    assert differs(bug, kata.folder / "echo.py") is expected


def test_authors_are_told_of_a_witness_that_shows_nothing(builder: CourseBuilder) -> None:
    kata = builder.suite_kata(bugs=BUGS.replace("echo(1)", "echo(None)"))

    assert list(check_bugs(kata)) == [
        "testing/210_echo_tests: the witness of the bug 'silent' does not show it"
    ]


def test_authors_are_told_of_a_bug_that_cannot_be_planted(builder: CourseBuilder) -> None:
    kata = builder.suite_kata(bugs=BUGS.replace("return value", "return 3"))

    (problem,) = check_bugs(kata)

    assert problem.startswith("testing/210_echo_tests: the bug 'silent' swaps 'return 3'")


def test_only_testing_katas_have_bugs(builder: CourseBuilder) -> None:
    assert list(check_bugs(builder.kata())) == []
