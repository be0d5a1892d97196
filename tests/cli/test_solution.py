"""`mlinfra solution` shows the reference to those who are done."""

from __future__ import annotations

from command import Mlinfra
from course_builder import ANSWER, CourseBuilder

SHOWN = f"# solutions/async/010_echo/echo.py\n\n{ANSWER}\n"


def test_shows_the_reference_once_the_kata_is_done(
    mlinfra: Mlinfra, builder: CourseBuilder
) -> None:
    builder.kata()

    said = mlinfra("solution", "010")

    assert (said.code, said.out) == (0, SHOWN)


def test_keeps_it_back_before(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    builder.kata(answer=None)

    said = mlinfra("solution", "010")

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("010 Echo is pending: the solution is shown once it is done.")


def test_gives_in_to_whoever_insists(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    builder.kata(answer=None)

    said = mlinfra("solution", "010", "--spoil")

    assert (said.code, said.out) == (0, SHOWN)


def test_a_missing_reference_is_the_course_s_fault(
    mlinfra: Mlinfra, builder: CourseBuilder
) -> None:
    kata = builder.kata()
    (kata.solution_folder / "echo.py").unlink()

    said = mlinfra("solution", "010", "--spoil")

    assert said.code == 3
    assert "the reference solutions/async/010_echo/echo.py cannot be read" in said.err
