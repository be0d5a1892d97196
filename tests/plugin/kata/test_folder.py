"""The pytest node of a kata, and what it collects."""

from __future__ import annotations

import pytest

from course_builder import ANSWER, CourseBuilder
from grading_session import Grade

GATES = '[gates]\ntools = ["black", "ruff"]\n'


def _ids(pytester: pytest.Pytester, *arguments: str) -> list[str]:
    output = pytester.runpytest("--collect-only", "--quiet", *arguments).stdout.str()
    return [line for line in output.splitlines() if "::" in line]


def test_tests_come_first_and_the_rules_of_the_manifest_after_them(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    graded_session.kata(manifest=GATES)

    assert _ids(pytester) == [
        "exercises/async/010_echo/test_echo.py::test_returns_the_value",
        "exercises/async/010_echo/test_echo.py::test_returns_none",
        "exercises/async/010_echo/kata.toml::black",
        "exercises/async/010_echo/kata.toml::ruff",
    ]


def test_a_learners_suite_comes_with_its_rules(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    variant = '"""It is a lambda."""\n\necho = lambda value: value\n'
    graded_session.suite_kata(
        answer="from echo import echo\n\n\ndef test_it():\n    assert echo(1) == 1\n",
        variants={"lambda": variant},
        manifest="[gates]\ncoverage = 90\n",
    )

    folder = "exercises/testing/210_echo_tests"
    assert _ids(pytester) == [
        f"{folder}/test_echo.py::test_it",
        f"{folder}/kata.toml::reference",
        f"{folder}/kata.toml::variant[lambda]",
        f"{folder}/kata.toml::alone",
        f"{folder}/kata.toml::order[reversed]",
        f"{folder}/kata.toml::order[shuffled]",
        f"{folder}/kata.toml::bug[1]",
        f"{folder}/kata.toml::coverage",
    ]


@pytest.mark.parametrize(
    ("argument", "count"),
    [
        ("exercises/async/010_echo", 4),
        ("exercises/async/010_echo/test_echo.py", 2),
        ("exercises/async/010_echo/test_echo.py::test_returns_none", 1),
        ("exercises/async/010_echo/kata.toml", 2),
        ("exercises/async/010_echo/kata.toml::ruff", 1),
        ("exercises", 6),
    ],
)
def test_whatever_has_an_id_can_be_asked_for(
    pytester: pytest.Pytester, graded_session: CourseBuilder, argument: str, count: int
) -> None:
    graded_session.kata("async/010_echo", manifest=GATES)
    graded_session.kata("async/020_shout")

    assert len(_ids(pytester, argument)) == count


def test_it_does_not_matter_from_where(
    pytester: pytest.Pytester, graded_session: CourseBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(graded_session.kata(manifest=GATES).folder)

    pytester.runpytest("--rootdir=.", ".").assert_outcomes(passed=4)


def test_an_ignored_test_file_is_left_out(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    graded_session.kata()

    result = pytester.runpytest("exercises", "--ignore=exercises/async/010_echo/test_echo.py")

    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_the_files_of_a_submission_take_the_place_of_ones_own(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    graded_session.kata(answer="syntax error")

    result, katas = grade("--mlinfra-submission=solutions")

    result.assert_outcomes(passed=2)
    assert katas["async/010_echo"]["files"] == ["solutions/async/010_echo/echo.py"]


def test_the_tests_of_a_submission_run_under_the_name_of_the_exercise(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    kata = graded_session.suite_kata()
    suite = "from echo import echo\n\n\ndef test_it():\n    assert echo(1) == 1\n"
    graded_session.solution(kata.id, {"test_echo.py": suite})

    ids = _ids(pytester, "exercises", "--mlinfra-submission=solutions")

    assert ids[0] == "exercises/testing/210_echo_tests/test_echo.py::test_it"


def test_the_exercises_are_no_submission_of_themselves(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    graded_session.kata(answer=None)

    result, katas = grade("--mlinfra-submission=exercises")

    assert result.ret == pytest.ExitCode.OK
    assert katas["async/010_echo"]["state"] == "pending"


@pytest.mark.parametrize("kind", ["nothing", "folder"])
def test_a_missing_file_is_told_before_what_follows_from_it(
    graded_session: CourseBuilder, grade: Grade, kind: str
) -> None:
    path = graded_session.kata().folder / "echo.py"
    path.unlink()
    if kind == "folder":
        path.mkdir()

    _, katas = grade()

    kata = katas["async/010_echo"]
    why = "is not there" if kind == "nothing" else "is a folder, not a file"
    assert kata["first_failure"]["headline"] == f"echo.py {why}."
    assert (kata["points"], kata["max_points"]) == (0, 3)


def test_a_broken_kata_is_one_failing_item(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    broken = graded_session.kata("async/010_echo")
    (broken.folder / "kata.toml").write_text("")
    graded_session.kata("async/020_shout")

    result = pytester.runpytest("exercises")

    result.assert_outcomes(failed=1, passed=2)
    result.stdout.fnmatch_lines(["*010_echo/kata.toml: the key 'title' is missing*"])


def test_material_that_cannot_be_used_is_the_graders_error(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    graded_session.kata("async/010_echo", manifest='[gates]\ntools = ["pylint"]\n')
    graded_session.suite_kata(bugs="bug = 3\n")

    _, katas = grade()

    assert {kata["state"] for kata in katas.values()} == {"grader error"}
    told = [kata["first_failure"]["headline"] for kata in katas.values()]
    assert "there is no gate 'pylint'" in told[0]
    assert "bugs.toml: Expected `array`, got `int`" in told[1]


def test_two_courses_may_be_graded_in_one_session(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    graded_session.kata(answer=None)
    other = CourseBuilder(pytester.mkdir("other"))
    other.kata(answer=ANSWER)

    result = pytester.runpytest("exercises", "other/exercises")

    result.assert_outcomes(passed=2, skipped=2)
    result.stdout.fnmatch_lines(
        [
            "*katas of exercises*",
            "*010 Echo*pending*",
            "*katas of other/exercises*",
            "*010 Echo*done*",
        ]
    )
