"""The author's checks find what is wrong with the files of a kata."""

from __future__ import annotations

from pathlib import Path

import pytest

from course_builder import ANSWER, HIDDEN_TESTS, RULES, CourseBuilder
from pytest_mlinfra.katas.checks import check_files
from pytest_mlinfra.katas.model import Kata

RIGHT = {f"right/{name}.py": ANSWER for name in ("one", "two")}
FURTHER = {"rules.toml": RULES, "hidden/test_hidden.py": HIDDEN_TESTS}
WRONG = {f"wrong/w{number}.py": f"# draws: id-{number}\n" for number in range(4)}


@pytest.fixture
def sound(builder: CourseBuilder) -> Kata:
    """A kata that has everything."""
    kata = builder.kata(answer=None)
    builder.solution(kata.id, RIGHT | WRONG | FURTHER)
    (builder.root / "lectures").mkdir()
    (builder.root / "lectures" / "1_async.md").write_text("# Async\n\n## Echoes\n")
    return kata


def _problems(kata: Kata) -> list[str]:
    return list(check_files(kata))


def test_a_sound_kata_has_no_problems(sound: Kata) -> None:
    assert _problems(sound) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "exercises/async/010_echo/README.md has to begin with a title"),
        ("Write echo.py.\n", "exercises/async/010_echo/README.md has to begin with a title"),
        ("# Echo\n", "README.md does not say that echo.py is to be written"),
    ],
)
def test_a_statement_has_a_title_and_names_what_is_to_be_written(
    sound: Kata, text: str | None, problem: str
) -> None:
    path = sound.folder / "README.md"
    path.unlink() if text is None else path.write_text(text)

    assert problem in _problems(sound)[0]


def test_there_are_three_hints(sound: Kata) -> None:
    (sound.folder / "HINTS.md").write_text("## 1. Look\n\n## 2. Ask\n")

    assert _problems(sound) == ["exercises/async/010_echo/HINTS.md has 2 rungs, not 3"]


def test_no_hint_is_a_line_of_the_solution(sound: Kata) -> None:
    (sound.solution_folder / "echo.py").write_text("def echo(value):\n    return value or value\n")
    (sound.folder / "HINTS.md").write_text(
        "## 1. Look\n\n## 2. Ask\n\n## 3. Build\n\nTry `return value or value`.\n"
    )

    assert _problems(sound) == [
        "exercises/async/010_echo/HINTS.md, rung 3, gives away: return value or value"
    ]


def test_the_exercise_holds_its_stub(sound: Kata) -> None:
    (sound.folder / "echo.py").write_text(ANSWER)

    assert _problems(sound) == [
        "exercises/async/010_echo does not hold its stub: `mlinfra reset 010` puts it there"
    ]


def test_the_stub_is_kept_and_says_what_is_to_be_done(sound: Kata) -> None:
    stub = sound.solution_folder / "stub" / "echo.py"
    for path in (stub, sound.folder / "echo.py"):
        path.write_text("def echo(value):\n    raise NotImplementedError\n")
    assert _problems(sound) == ["no stub of async/010_echo has a line with '# TODO'"]

    stub.unlink()
    assert _problems(sound) == ["the stub solutions/async/010_echo/stub/echo.py is missing"]


def test_there_is_a_reference(sound: Kata) -> None:
    (sound.solution_folder / "echo.py").unlink()

    assert _problems(sound) == ["the reference solutions/async/010_echo/echo.py is missing"]


def test_there_are_further_right_answers(sound: Kata) -> None:
    (sound.solution_folder / "right" / "two.py").unlink()

    (problem,) = _problems(sound)

    assert problem == (
        "solutions/async/010_echo/right holds 1 right answers besides the reference; "
        "at least 2 are needed"
    )


def test_there_are_wrong_answers_for_several_messages(sound: Kata) -> None:
    (sound.solution_folder / "wrong" / "w0.py").write_text("# draws: id-1\n")

    (problem,) = _problems(sound)

    assert problem == (
        "solutions/async/010_echo/wrong holds wrong answers for 3 different messages; "
        "at least 4 are needed"
    )


def test_there_are_hidden_tests(sound: Kata) -> None:
    (sound.solution_folder / "hidden" / "test_hidden.py").unlink()

    assert _problems(sound) == ["solutions/async/010_echo/hidden holds no test_*.py"]


def test_there_are_rules(sound: Kata) -> None:
    (sound.solution_folder / "rules.toml").unlink()

    assert _problems(sound) == ["solutions/async/010_echo/rules.toml is not there"]


def test_a_broken_answer_is_told_once(sound: Kata) -> None:
    (sound.solution_folder / "wrong" / "w0.py").write_text("")

    assert len(_problems(sound)) == 1
    assert "must say once, in a line '# draws: some-id'" in _problems(sound)[0]


def test_the_lecture_has_the_section(sound: Kata, tmp_path: Path) -> None:
    lecture = tmp_path / "lectures" / "1_async.md"
    lecture.write_text("# Async\n")
    assert _problems(sound) == ["lectures/1_async.md has no section 'echoes'"]

    lecture.unlink()
    assert _problems(sound) == ["the lecture lectures/1_async.md is missing"]


def test_no_file_lies_about(sound: Kata) -> None:
    for name in ("notes.txt", "test_more.py", ".cache"):
        (sound.folder / name).touch()
    (sound.folder / "__pycache__").mkdir()

    (problem,) = _problems(sound)

    assert problem == (
        "exercises/async/010_echo/notes.txt belongs to no part of the kata; "
        "if it does, name it in 'given'"
    )


def test_a_file_that_cannot_be_read_is_named(sound: Kata) -> None:
    (sound.folder / "README.md").write_bytes(b"# Echo\n\xff")

    assert _problems(sound) == ["exercises/async/010_echo/README.md is not UTF-8: see line 2"]


def test_the_module_under_test_belongs_to_a_testing_kata(builder: CourseBuilder) -> None:
    kata = builder.suite_kata()

    assert not [problem for problem in _problems(kata) if "belongs to no part" in problem]
