"""`mlinfra check` grades, reports, and ends with a code that says how it went."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command import Mlinfra
from course_builder import ANSWER, HIDDEN_TESTS, CourseBuilder


def test_a_course_that_nobody_has_begun_is_pending(
    mlinfra: Mlinfra, builder: CourseBuilder
) -> None:
    builder.kata("async/010_echo", answer=None)
    builder.suite_kata("testing/210_echo_tests")

    said = mlinfra("check")

    assert said.code == 0
    assert (
        "  · 010 Echo                                     pending                  0/3" in said.out
    )
    assert "  · 210 Echo tests                               pending" in said.out
    assert "  0 of 2 katas done, 0/8 points" in said.out
    assert "Next: 010 Echo, about 5 minutes\n  open    exercises/async/010_echo/echo.py" in said.out


def test_what_was_begun_and_falls_short_ends_with_1(
    mlinfra: Mlinfra, builder: CourseBuilder
) -> None:
    builder.kata("async/010_echo", answer=None)
    builder.kata("async/020_shout", answer="def echo(value):\n    return value.upper()\n")

    said = mlinfra("check")

    assert said.code == 1
    assert (
        "  ✗ 020 Shout                                    failing                  0/3" in said.out
    )
    assert "Next: 020 Shout" in said.out
    assert "✗ An echo gives back what it is given." in said.out
    assert "assert 'HELLO' == 'hello'" in said.out
    assert "hint    make hint KATA=020" in said.out


@pytest.mark.parametrize(
    "reference", ["010", "echo", "010_echo", "async/010_echo", "exercises/async/010_echo/echo.py"]
)
def test_takes_one_kata_by_any_of_its_names(
    mlinfra: Mlinfra, builder: CourseBuilder, reference: str
) -> None:
    builder.kata("async/010_echo")
    builder.kata("async/020_shout", answer="syntax error")

    said = mlinfra("check", reference)

    assert said.code == 0
    assert "Everything is done." in said.out
    assert "020" not in said.out


def test_a_submission_has_to_be_complete(
    mlinfra: Mlinfra, builder: CourseBuilder, tmp_path: Path
) -> None:
    builder.kata("async/010_echo", answer=None)
    builder.kata("async/020_shout", answer=None)
    submission = tmp_path / "handed-in"
    (submission / "async/010_echo").mkdir(parents=True)
    (submission / "async/010_echo/echo.py").write_text(ANSWER)

    said = mlinfra("check", "--submission", str(submission))

    assert said.code == 1
    assert (
        "  ✓ 010 Echo                                     done                     3/3" in said.out
    )
    assert (
        "  ✗ 020 Shout                                    failing                  0/3" in said.out
    )
    assert "echo.py is not there" in said.out


def test_prints_json_for_programs(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    builder.kata("async/010_echo")

    said = mlinfra("check", "--json")

    report = json.loads(said.out)
    assert (report["points"], report["max_points"], report["next"]) == (3, 3, None)
    assert report["katas"][0]["state"] == "done"


def test_a_broken_kata_does_not_keep_the_others_from_being_graded(
    mlinfra: Mlinfra, builder: CourseBuilder
) -> None:
    builder.kata("async/010_echo")
    broken = builder.kata("async/020_shout")
    (broken.folder / "kata.toml").write_text("title = ")

    said = mlinfra("check")

    assert said.code == 3
    assert "  ✓ 010 Echo" in said.out
    assert (
        "  ! 020 shout                                    grader error             0/0" in said.out
    )
    assert "exercises/async/020_shout/kata.toml is not valid TOML" in said.out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["099"], "mlinfra: there is no kata '099'; `mlinfra list` names them all\n"),
        (["--submission", "gone"], "mlinfra: the submission gone is not a folder\n"),
        (["--submission", "exercises/async"], "holds none of the katas; expected folders laid"),
        (["--jobs", "0"], "0 is not in the range x>=1"),
    ],
)
def test_says_what_is_wrong_with_the_question(
    mlinfra: Mlinfra, builder: CourseBuilder, arguments: list[str], complaint: str
) -> None:
    builder.kata("async/010_echo")

    said = mlinfra("check", *arguments)

    assert said.code == 2
    assert complaint in said.err


@pytest.mark.parametrize("way", ["warm", "fresh"])
def test_the_way_of_running_can_be_chosen(
    mlinfra: Mlinfra, builder: CourseBuilder, way: str
) -> None:
    builder.kata("async/010_echo")

    said = mlinfra("check", "--runs", way)

    assert said.code == 0
    assert "Everything is done." in said.out


def test_the_environment_has_to_name_a_way_that_there_is(
    mlinfra: Mlinfra, builder: CourseBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.kata("async/010_echo")
    monkeypatch.setenv("MLINFRA_RUNS", "tepid")

    said = mlinfra("check")

    assert said.code == 2
    assert (
        "mlinfra: the environment variable MLINFRA_RUNS is 'tepid', not warm or fresh" in said.err
    )


def test_a_course_that_pytest_refuses_is_the_grader_s_fault(
    mlinfra: Mlinfra, builder: CourseBuilder
) -> None:
    builder.kata("async/010_echo")
    (builder.exercises / "conftest.py").write_text("raise RuntimeError('no such luck')\n")

    said = mlinfra("check")

    assert said.code == 3
    assert "The grader broke before it could run a test." in said.out
    assert "no such luck" in said.out


def test_hidden_tests_count_when_they_are_asked_for(
    mlinfra: Mlinfra, builder: CourseBuilder
) -> None:
    answer = "def echo(value):\n    return value if value in ('hello', None) else 'fitted'\n"
    kata = builder.kata(answer=answer)
    builder.solution(kata.id, {"hidden/test_hidden.py": HIDDEN_TESTS})

    assert mlinfra("check").code == 0
    said = mlinfra("check", "--hidden")

    assert said.code == 1
    assert "✗ A list comes back as well." in said.out
    assert "3/4" in said.out


def test_a_course_without_hidden_tests_says_so(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    builder.kata()

    said = mlinfra("check", "--hidden")

    assert said.code == 2
    assert said.err == (
        "mlinfra: async/010_echo has no hidden tests here: solutions/async/010_echo/hidden holds "
        "no test_*.py. They come with the instructor's copy of the course, solutions included\n"
    )
