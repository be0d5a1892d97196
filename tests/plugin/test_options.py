"""The options of the plugin, and what is wrong with bad ones."""

from __future__ import annotations

import pytest

from course_builder import ANSWER, CourseBuilder


def test_help_lists_the_options_for_people_and_no_others(pytester: pytest.Pytester) -> None:
    text = pytester.runpytest("--help").stdout.str()

    assert "--mlinfra-submission=FOLDER" in text
    assert "--mlinfra-report=FORMAT:FILE" in text
    assert "--mlinfra-events" not in text


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ("--mlinfra-submission=gone", "--mlinfra-submission: {path}/gone is not a folder"),
        ("--mlinfra-report=json", "json: expected FORMAT:FILE, where FORMAT is one of json"),
        ("--mlinfra-report=xml:marks.xml", "expected FORMAT:FILE, where FORMAT is one of json"),
        ("--mlinfra-report=json:", "expected FORMAT:FILE, where FORMAT is one of json"),
        ("--mlinfra-report=json:gone/marks.json", "{path}/gone/marks.json cannot be written"),
        ("--mlinfra-report=json:exercises", "{path}/exercises cannot be written"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused_before_anything_runs(
    pytester: pytest.Pytester, graded_session: CourseBuilder, option: str, complaint: str
) -> None:
    graded_session.kata()

    result = pytester.runpytest("exercises", option)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: *{complaint.format(path=pytester.path)}*"])


def test_a_submission_that_answers_nothing_is_refused(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    graded_session.kata()
    pytester.mkdir("handed-in")

    result = pytester.runpytest("exercises", "--mlinfra-submission=handed-in")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: the submission *handed-in holds none of the katas;*"])


def test_a_submission_is_looked_for_from_where_pytest_was_called(
    pytester: pytest.Pytester, graded_session: CourseBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    graded_session.kata(answer=None)
    folder = pytester.mkdir("elsewhere")
    (folder / "handed-in/async/010_echo").mkdir(parents=True)
    (folder / "handed-in/async/010_echo/echo.py").write_text(ANSWER)
    monkeypatch.chdir(folder)

    result = pytester.runpytest("../exercises", "--mlinfra-submission=handed-in")

    result.assert_outcomes(passed=2)
