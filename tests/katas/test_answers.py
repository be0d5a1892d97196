"""The answers that a kata keeps: the reference, further right ones, and wrong ones."""

from __future__ import annotations

import pytest

from course_builder import ANSWER, CourseBuilder
from pytest_mlinfra.errors import CourseError
from pytest_mlinfra.katas.answers import reference_files, right_answers, wrong_answers
from pytest_mlinfra.katas.model import Kata


def _two_files(builder: CourseBuilder) -> Kata:
    """A kata in which a module and a configuration are written."""
    kata = builder.kata()
    manifest = (kata.folder / "kata.toml").read_text()
    (kata.folder / "kata.toml").write_text(manifest.replace('"echo.py"', '"echo.py", "echo.toml"'))
    return builder.course.kata("010")


def test_a_kata_may_keep_none(builder: CourseBuilder) -> None:
    kata = builder.kata()

    assert list(right_answers(kata)) == []
    assert list(wrong_answers(kata)) == []


def test_a_file_takes_the_place_of_the_one_with_its_suffix(builder: CourseBuilder) -> None:
    kata = _two_files(builder)
    folder = builder.solution(kata.id, {"wrong/loud.toml": "# draws: too-loud\n"})

    (wrong,) = wrong_answers(kata)

    assert (wrong.name, wrong.draws) == ("loud", "too-loud")
    assert wrong.files == {"echo.py": folder / "echo.py", "echo.toml": folder / "wrong/loud.toml"}


def test_a_folder_takes_the_place_of_files_by_their_names(builder: CourseBuilder) -> None:
    kata = _two_files(builder)
    folder = builder.solution(kata.id, {"right/other/echo.py": ANSWER})

    (right,) = right_answers(kata)

    assert right.name == "other"
    assert right.files == reference_files(kata) | {"echo.py": folder / "right/other/echo.py"}


def test_answers_come_by_name_and_hidden_files_are_none(builder: CourseBuilder) -> None:
    kata = builder.kata()
    names = ("b.py", "a.py", ".hidden.py", "__pycache__/a.pyc")
    builder.solution(kata.id, {f"right/{name}": ANSWER for name in names})

    assert [answer.name for answer in right_answers(kata)] == ["a", "b"]


@pytest.mark.parametrize(
    "text", ["x = 1\n", "# draws: one\n# draws: two\n", "# draws: Not An Id\n"]
)
def test_a_wrong_answer_says_once_what_it_draws(builder: CourseBuilder, text: str) -> None:
    kata = builder.kata()
    builder.solution(kata.id, {"wrong/silent.py": text})

    with pytest.raises(CourseError, match=r"wrong/silent\.py must say once, in a line '# draws:"):
        list(wrong_answers(kata))


def test_a_right_answer_draws_nothing(builder: CourseBuilder) -> None:
    kata = builder.kata()
    builder.solution(kata.id, {"right/mistaken.py": "# draws: something\n"})

    with pytest.raises(CourseError, match=r"right/mistaken\.py says that it draws a message"):
        list(right_answers(kata))


@pytest.mark.parametrize("name", ["notes.md", "folder/shout.py", "empty/"])
def test_an_answer_replaces_some_written_file(builder: CourseBuilder, name: str) -> None:
    kata = builder.kata()
    path = kata.solution_folder / "wrong" / name
    path.parent.mkdir(parents=True)
    path.mkdir() if name.endswith("/") else path.write_text("# draws: something\n")

    with pytest.raises(CourseError, match="replaces no file that async/010_echo has the learner"):
        list(wrong_answers(kata))


def test_a_wrong_answer_may_be_wrong_in_its_encoding(builder: CourseBuilder) -> None:
    kata = builder.kata()
    builder.solution(kata.id, {"wrong/latin.py": ""})
    (kata.solution_folder / "wrong" / "latin.py").write_bytes(b"# draws: unreadable-file\n\xff\n")

    assert [answer.draws for answer in wrong_answers(kata)] == ["unreadable-file"]
