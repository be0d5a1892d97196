"""A kata is met where a folder has a `kata.toml`; only then is the grading loaded."""

from __future__ import annotations

import pytest

from course_builder import CourseBuilder

LOADED = """
    import sys

    def pytest_unconfigure():
        names = [name for name in sys.modules if name.startswith("pytest_mlinfra.plugin.kata")]
        print("loaded:", bool(names))
"""


def test_a_project_without_katas_does_not_load_the_grading(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(LOADED)
    pytester.makepyfile("def test_nothing():\n    pass\n")

    result = pytester.runpytest_subprocess("-s")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["loaded: False"])


def test_the_first_kata_loads_it(pytester: pytest.Pytester, graded_session: CourseBuilder) -> None:
    graded_session.kata()
    pytester.makeconftest(LOADED)

    result = pytester.runpytest_subprocess("-s")

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["loaded: True"])


def test_tests_beside_katas_stay_as_they_are(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    graded_session.kata(answer=None)
    pytester.makepyfile("def test_nothing(request):\n    assert not request.node.user_properties\n")

    pytester.runpytest().assert_outcomes(passed=1, skipped=2)


def test_switched_off_it_harms_nobody(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing():\n    pass\n")

    pytester.runpytest("-p", "no:mlinfra").assert_outcomes(passed=1)


def test_without_pytest_asyncio_other_tests_run(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing():\n    pass\n")

    pytester.runpytest_subprocess("-p", "no:asyncio").assert_outcomes(passed=1)
