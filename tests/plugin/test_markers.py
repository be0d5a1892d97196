"""The markers `points` and `message`."""

from __future__ import annotations

import pytest

from course_builder import TESTS, CourseBuilder


def test_both_are_declared(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("--markers")

    result.stdout.fnmatch_lines(["@pytest.mark.points(n):*", "@pytest.mark.message(id):*"])


@pytest.mark.parametrize(
    ("marker", "complaint"),
    [
        ("points()", "points() has to be one number from 0, as in points(2)"),
        ("points(-1)", "points(-1) has to be one number from 0"),
        ("points(True)", "points(True) has to be one number from 0"),
        ("points(1, 2)", "points(1, 2) has to be one number from 0"),
        ("message()", "message() has to be one string, as in message('one-by-one')"),
        ("message(3)", "message(3) has to be one string"),
    ],
)
@pytest.mark.parametrize("place", ["project", "kata"])
def test_a_marker_that_makes_no_sense_is_refused(
    pytester: pytest.Pytester,
    graded_session: CourseBuilder,
    marker: str,
    complaint: str,
    place: str,
) -> None:
    marked = f"import pytest\n\n\n@pytest.mark.{marker}\ndef test_marked():\n    pass\n"
    if place == "project":
        pytester.makepyfile(marked)
    else:
        graded_session.kata(tests=marked)

    result = pytester.runpytest()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"::test_marked: {complaint}" in result.stderr.str()


def test_points_may_be_a_fraction_or_nothing(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    tests = TESTS.replace("points(2)", "points(0.5)")
    tests += "\n\n@pytest.mark.points(0)\ndef test_free():\n    assert echo(1) == 1\n"
    graded_session.kata(tests=tests)

    result = pytester.runpytest("exercises")

    result.stdout.fnmatch_lines(["*010 Echo*done*1.5/1.5"])
