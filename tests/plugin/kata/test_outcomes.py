"""From pytest's reports to the results of graded items."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from course_builder import ANSWER, CourseBuilder
from grading_session import Grade


def _outcomes(kata: dict[str, object]) -> dict[str, str]:
    items = kata["items"]
    assert isinstance(items, list)
    return {item["name"].rpartition("::")[2]: item["outcome"] for item in items}


def test_each_item_has_its_points_and_its_outcome(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    graded_session.kata(answer="def echo(value):\n    return value or 0\n")

    _, katas = grade()

    kata = katas["async/010_echo"]
    assert _outcomes(kata) == {"test_returns_the_value": "passed", "test_returns_none": "failed"}
    assert (kata["points"], kata["max_points"]) == (2, 3)
    assert kata["first_failure"]["headline"] == "None comes back as well."


def test_an_untouched_stub_is_pending_and_no_failure(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    graded_session.kata(answer=None, manifest='[gates]\ntools = ["black"]\n')

    result, katas = grade()

    assert result.ret == pytest.ExitCode.OK
    assert set(_outcomes(katas["async/010_echo"]).values()) == {"pending"}


@pytest.mark.parametrize("mark", ["skip", "xfail"], ids=["skipped", "expected"])
def test_a_test_that_is_skipped_proves_nothing(
    graded_session: CourseBuilder, grade: Grade, mark: str
) -> None:
    tests = f"import pytest\n\n\n@pytest.mark.{mark}\ndef test_it():\n    assert {mark == 'skip'}\n"
    graded_session.kata(tests=tests)

    _, katas = grade()

    kata = katas["async/010_echo"]
    assert (kata["state"], _outcomes(kata)) == ("failing", {"test_it": "skipped"})
    assert kata["first_failure"]["id"] == "skipped-test"


def test_an_answer_cannot_skip_its_test(graded_session: CourseBuilder, grade: Grade) -> None:
    graded_session.kata(answer="import pytest\n\n\ndef echo(value):\n    pytest.skip('x')\n")

    _, katas = grade()

    assert katas["async/010_echo"]["first_failure"]["id"] == "skipped-test"
    assert katas["async/010_echo"]["points"] == 0


def test_a_fixture_of_the_course_that_breaks_is_the_graders_error(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    tests = """
        import pytest
        from echo import echo

        @pytest.fixture
        def value():
            raise RuntimeError("no value")

        def test_it(value):
            assert echo(value) == value
    """
    graded_session.kata(tests=tests)

    _, katas = grade()

    assert katas["async/010_echo"]["state"] == "grader error"


def test_a_fixture_of_the_course_that_meets_the_answer_is_not(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    tests = """
        import pytest
        from echo import echo

        @pytest.fixture
        def value():
            return echo(1)

        def test_it(value):
            assert value == 1
    """
    graded_session.kata(tests=tests, answer="def echo(value):\n    raise RuntimeError\n")

    _, katas = grade()

    assert katas["async/010_echo"]["state"] == "failing"


def test_a_missing_fixture_is_named(graded_session: CourseBuilder, grade: Grade) -> None:
    graded_session.suite_kata(answer="def test_it(no_such_fixture):\n    pass\n")

    _, katas = grade()

    message = katas["testing/210_echo_tests"]["first_failure"]
    assert message["id"] == "red-on-reference"
    assert "there is no fixture named 'no_such_fixture'" in message["evidence"]


@pytest.mark.parametrize("mark", ["points(1000)", "points('x')", "message(3)", "points(1, 2)"])
def test_learners_may_put_on_their_tests_what_they_like(
    graded_session: CourseBuilder, grade: Grade, mark: str
) -> None:
    suite = f"""
        import pytest
        from echo import echo

        @pytest.mark.{mark}
        def test_it():
            assert echo(1) == 1
    """
    graded_session.suite_kata(answer=suite)

    _, katas = grade()

    kata = katas["testing/210_echo_tests"]
    assert kata["state"] == "done"
    assert kata["points"] == kata["max_points"] == 5


def test_a_failure_of_a_rule_shows_no_traceback(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    graded_session.kata(answer="x=1\n" + ANSWER, manifest='[gates]\ntools = ["black"]\n')

    output = pytester.runpytest("exercises").stdout.str()

    assert "The code is not formatted as black formats it." in output
    assert "Look at exercises/async/010_echo/echo.py:1" in output
    assert "pytest_mlinfra/" not in output


def test_a_failure_of_a_test_shows_it_and_what_it_means(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    graded_session.kata(answer="def echo(value):\n    return None\n")

    result = pytester.runpytest("exercises")

    result.stdout.fnmatch_lines(
        [
            '>*assert echo("hello") == "hello"',
            "*what this means*",
            "An echo gives back what it is given.",
        ]
    )


def test_a_traceback_that_cannot_be_shown_does_not_end_the_session(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    """Python's parser fails if the garbage collector calls it while it is at work."""
    answer = """
        import asyncio

        async def deep(level):
            if level:
                await deep(level - 1)
            raise SystemExit(0)

        async def echo(value):
            await asyncio.gather(*(deep(40) for _ in range(20)))
    """
    tests = """
        import pytest
        from echo import echo

        @pytest.mark.parametrize("value", range(20))
        async def test_echoes(value):
            assert await echo(value) == value
    """
    graded_session.kata("async/010_echo", answer=answer, tests=tests)
    graded_session.kata("async/020_shout")

    result, katas = grade()

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert katas["async/020_shout"]["state"] == "done"


def test_junit_reports_have_points_and_messages(
    pytester: pytest.Pytester, graded_session: CourseBuilder, grade: Grade
) -> None:
    graded_session.kata(
        answer="def echo(value):\n    return None\n", manifest='[gates]\ntools = ["black"]\n'
    )

    grade("--junitxml=marks.xml")

    cases = {
        case.attrib["name"]: {
            each.attrib["name"]: each.attrib["value"] for each in case.iter("property")
        }
        for case in ET.parse(pytester.path / "marks.xml").iter("testcase")
    }
    assert cases == {
        "test_returns_the_value": {
            "kata": "async/010_echo",
            "max_points": "2.0",
            "points": "0",
            "message_id": "not-an-echo",
        },
        "test_returns_none": {"kata": "async/010_echo", "max_points": "1", "points": "1"},
        "black": {"kata": "async/010_echo", "max_points": "1", "points": "1"},
    }


def test_junit_reports_have_the_points_of_tests_that_are_no_katas(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile("import pytest\n\n\n@pytest.mark.points(2)\ndef test_it():\n    pass\n")

    pytester.runpytest("--junitxml=marks.xml")

    # The grading is not loaded, and nothing else knows what points are for.
    assert "max_points" not in (pytester.path / "marks.xml").read_text()
