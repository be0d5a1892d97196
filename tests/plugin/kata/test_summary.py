"""The end of a session: what the terminal says, which reports are written, the exit code."""

from __future__ import annotations

import json

import pytest

from course_builder import ANSWER, CourseBuilder

WRONG = "def echo(value):\n    return 1\n"


def _hand_in(course: CourseBuilder, answer: str) -> None:
    folder = course.root / "handed_in" / "async" / "010_echo"
    folder.mkdir(parents=True)
    (folder / "echo.py").write_text(answer)


def test_says_where_each_kata_stands(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    graded_session.kata("async/010_echo")
    graded_session.kata("async/020_again", answer=WRONG)

    result = pytester.runpytest("exercises")

    result.stdout.fnmatch_lines(["*= katas =*", "*010*done*3*", "*020*failing*0*"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_says_nothing_where_no_kata_was_graded(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")

    result = pytester.runpytest("--mlinfra-report=json:report.json")

    result.stdout.no_fnmatch_line("*katas*")
    assert not (pytester.path / "report.json").exists()


def test_courses_are_told_apart(pytester: pytest.Pytester, graded_session: CourseBuilder) -> None:
    graded_session.kata()
    second = CourseBuilder(pytester.mkdir("second"))
    second.kata()

    result = pytester.runpytest("exercises", "second/exercises")

    result.stdout.fnmatch_lines(["*= katas of exercises =*", "*= katas of second/exercises =*"])


@pytest.mark.parametrize(
    ("answer", "options", "ended"),
    [
        (ANSWER, [], pytest.ExitCode.OK),
        (WRONG, [], pytest.ExitCode.TESTS_FAILED),
        (ANSWER, ["-k", "returns_none"], pytest.ExitCode.OK),
    ],
    ids=["right", "wrong", "in part"],
)
def test_a_submission_ends_well_only_with_full_marks(
    pytester: pytest.Pytester,
    graded_session: CourseBuilder,
    answer: str,
    options: list[str],
    ended: pytest.ExitCode,
) -> None:
    graded_session.kata(answer=None)
    _hand_in(graded_session, answer)

    result = pytester.runpytest("exercises", "--mlinfra-submission=handed_in", *options)

    assert result.ret == ended


def test_an_untouched_stub_is_no_success_of_a_submission(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    kata = graded_session.kata(answer=None)
    _hand_in(graded_session, (kata.folder / "echo.py").read_text())

    mine = pytester.runpytest("exercises")
    handed_in = pytester.runpytest("exercises", "--mlinfra-submission=handed_in")

    assert mine.ret == pytest.ExitCode.OK
    assert handed_in.ret == pytest.ExitCode.TESTS_FAILED


def test_a_report_of_another_plugin_is_written_beside_ours(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    graded_session.kata()
    pytester.makeconftest(
        "def pytest_mlinfra_reports():\n"
        "    return {'count': lambda report: str(len(report.verdicts))}\n"
    )

    pytester.runpytest("--mlinfra-report=json:a.json", "--mlinfra-report=count:b.txt", "exercises")

    assert json.loads((pytester.path / "a.json").read_text())["katas"][0]["state"] == "done"
    assert (pytester.path / "b.txt").read_text() == "1"
