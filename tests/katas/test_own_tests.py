"""The tests of a kata are read off their files."""

from __future__ import annotations

import pytest

from course_builder import HIDDEN_TESTS, CourseBuilder
from pytest_mlinfra.errors import CourseError, HiddenTestsError
from pytest_mlinfra.katas.own_tests import (
    OwnTest,
    demand_hidden_tests,
    hidden_tests,
    needs_hidden_tests,
    visible_tests,
)

TESTS = """
    import pytest


    def helper():
        pass


    @pytest.mark.message("a")
    class TestEchoes:
        def test_one(self):
            pass

        @pytest.mark.points(2)
        @pytest.mark.message("b")
        async def test_two(self):
            pass


    @pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.message("c"))])
    def test_three(n):
        pass


    @pytest.mark.explore(seeds=3)
    @pytest.mark.cancel_everywhere
    async def test_four():
        pass
"""


def test_finds_functions_and_the_ids_of_their_messages(builder: CourseBuilder) -> None:
    kata = builder.kata(tests=TESTS)

    assert visible_tests(kata) == (
        OwnTest("test_echo.py::TestEchoes::test_one", ("a",)),
        OwnTest("test_echo.py::TestEchoes::test_two", ("b", "a")),
        OwnTest("test_echo.py::test_three", ("c",)),
        OwnTest("test_echo.py::test_four", ("race", "cancellation", "wrong-result")),
    )


def test_the_tests_of_a_learner_are_none_of_the_katas(builder: CourseBuilder) -> None:
    kata = builder.suite_kata(answer="def test_mine():\n    pass\n")

    assert visible_tests(kata) == ()
    assert not needs_hidden_tests(kata)


def test_hidden_tests_lie_among_the_solutions(builder: CourseBuilder) -> None:
    kata = builder.kata()
    assert hidden_tests(kata) == ()
    with pytest.raises(HiddenTestsError, match="solutions/async/010_echo/hidden holds no test_"):
        demand_hidden_tests([kata])

    builder.solution(kata.id, {"hidden/test_more.py": HIDDEN_TESTS})

    demand_hidden_tests([kata])
    assert [test.name for test in hidden_tests(kata)] == [
        "hidden/test_more.py::test_returns_a_list"
    ]


def test_a_file_that_is_no_python_is_named(builder: CourseBuilder) -> None:
    kata = builder.kata(tests="\ndef test_(:\n")

    with pytest.raises(CourseError, match=r"test_echo\.py, line 2, is not valid Python"):
        visible_tests(kata)
