"""`mlinfra reset` puts the stub back, and loses nothing."""

from __future__ import annotations

import pytest

from command import Mlinfra
from course_builder import ANSWER, STUB, CourseBuilder


def test_puts_the_stub_back_and_keeps_the_answer(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    kata = builder.kata()

    said = mlinfra("reset", "010", "--yes")

    assert said.code == 0
    assert (kata.folder / "echo.py").read_text() == STUB
    (backup,) = builder.root.glob(".mlinfra/backups/010_echo/*/echo.py")
    assert backup.read_text() == ANSWER
    assert str(backup.parent.relative_to(builder.root)) in said.out


def test_keeps_every_answer_of_several_resets(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    kata = builder.kata()
    for attempt in ("first = 1\n", "second = 2\n"):
        (kata.folder / "echo.py").write_text(attempt)
        mlinfra("reset", "010", "--yes")

    kept = sorted(path.read_text() for path in builder.root.glob(".mlinfra/backups/*/*/echo.py"))

    assert kept == ["first = 1\n", "second = 2\n"]


@pytest.mark.parametrize(("reply", "is_reset"), [("y", True), ("n", False)])
def test_asks_first(
    mlinfra: Mlinfra,
    builder: CourseBuilder,
    monkeypatch: pytest.MonkeyPatch,
    reply: str,
    is_reset: bool,
) -> None:
    kata = builder.kata()
    asked = []

    def answer(question: str) -> str:
        asked.append(question)
        return reply

    monkeypatch.setattr("click.termui.visible_prompt_func", answer)

    said = mlinfra("reset", "010")

    assert said.code == (0 if is_reset else 1)
    assert "Replace echo.py of async/010_echo by the stub?" in said.out + "".join(asked)
    assert ((kata.folder / "echo.py").read_text() == STUB) is is_reset


def test_brings_back_a_file_that_was_deleted(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    kata = builder.kata()
    (kata.folder / "echo.py").unlink()

    said = mlinfra("reset", "010", "--yes")

    assert said.code == 0
    assert (kata.folder / "echo.py").read_text() == STUB


def test_a_folder_in_the_place_of_the_file_is_kept_too(
    mlinfra: Mlinfra, builder: CourseBuilder
) -> None:
    kata = builder.kata()
    (kata.folder / "echo.py").unlink()
    (kata.folder / "echo.py").mkdir()

    said = mlinfra("reset", "010", "--yes")

    assert said.code == 0
    assert (kata.folder / "echo.py").read_text() == STUB
    assert [path.is_dir() for path in builder.root.glob(".mlinfra/backups/*/*/echo.py")] == [True]


def test_what_a_link_leads_to_stays_as_it_is(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    kata = builder.kata()
    elsewhere = (kata.folder / "echo.py").rename(builder.root / "mine.py")
    (kata.folder / "echo.py").symlink_to(elsewhere)

    mlinfra("reset", "010", "--yes")

    assert elsewhere.read_text() == ANSWER
    assert (kata.folder / "echo.py").read_text() == STUB


def test_resets_nothing_without_a_stub(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    kata = builder.kata()
    (kata.solution_folder / "stub" / "echo.py").unlink()

    said = mlinfra("reset", "010", "--yes")

    assert said.code == 3
    assert "the stub solutions/async/010_echo/stub/echo.py is missing" in said.err
    assert (kata.folder / "echo.py").read_text() == ANSWER
