"""Hidden tests grade when they are asked for, and are nowhere to be seen otherwise."""

from __future__ import annotations

import pytest

from course_builder import ANSWER, HIDDEN_TESTS, CourseBuilder
from grading_session import Grade

KATA = "async/010_echo"
FITTED = """
    def echo(value):
        return value if value in ("hello", None) else "fitted to the tests"
"""


@pytest.fixture
def course(graded_session: CourseBuilder) -> CourseBuilder:
    """A course with a kata whose hidden test is worth 3 points."""
    graded_session.kata(KATA, answer=FITTED)
    tests = HIDDEN_TESTS.replace("def", "@pytest.mark.points(3)\ndef")
    graded_session.solution(KATA, {"hidden/test_hidden.py": f"import pytest\n{tests}"})
    return graded_session


def test_they_are_not_run_unless_asked_for(course: CourseBuilder, grade: Grade) -> None:
    _result, katas = grade()

    assert (katas[KATA]["state"], katas[KATA]["points"]) == ("done", 3)
    assert "hidden" not in str(katas)


def test_they_find_an_answer_that_fits_only_what_could_be_read(
    course: CourseBuilder, grade: Grade
) -> None:
    result, katas = grade("--mlinfra-hidden")

    result.assert_outcomes(passed=2, failed=1)
    kata = katas[KATA]
    assert (kata["state"], kata["points"], kata["max_points"]) == ("failing", 3, 6)
    assert kata["items"][-1]["name"] == "hidden/test_hidden.py::test_returns_a_list"
    assert kata["first_failure"]["headline"] == "A list comes back as well."


def test_an_honest_answer_gets_their_points(course: CourseBuilder, grade: Grade) -> None:
    (course.exercises / KATA / "echo.py").write_text(ANSWER)

    _result, katas = grade("--mlinfra-hidden")

    assert (katas[KATA]["state"], katas[KATA]["points"]) == ("done", 6)


def test_a_copy_without_them_is_told_apart_from_one_that_passes(
    course: CourseBuilder, grade: Grade
) -> None:
    (course.solutions / KATA / "hidden" / "test_hidden.py").unlink()

    result, katas = grade("--mlinfra-hidden")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert katas == {}
    result.stderr.fnmatch_lines(
        "*--mlinfra-hidden: async/010_echo has no hidden tests here: "
        "solutions/async/010_echo/hidden holds no test_*.py*"
    )


def test_a_learners_suite_needs_none(graded_session: CourseBuilder, grade: Grade) -> None:
    suite = "from echo import echo\n\n\ndef test_it():\n    assert echo(1) == 1\n"
    graded_session.suite_kata(answer=suite)

    _result, katas = grade("--mlinfra-hidden")

    assert katas["testing/210_echo_tests"]["state"] == "done"
