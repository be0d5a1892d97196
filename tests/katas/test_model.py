"""What a kata's folder says about it."""

from __future__ import annotations

from pathlib import Path

from course_builder import CourseBuilder


def test_a_kata_is_named_by_its_folder(builder: CourseBuilder) -> None:
    kata = builder.kata("async/010_echo")

    assert (kata.id, kata.name, kata.track) == ("async/010_echo", "010_echo", "async")
    assert (kata.number, kata.slug) == ("010", "echo")


def test_its_solutions_lie_beside_the_exercises(builder: CourseBuilder, tmp_path: Path) -> None:
    kata = builder.kata("async/010_echo")

    assert kata.exercises == tmp_path / "exercises"
    assert kata.solution_folder == tmp_path / "solutions" / "async" / "010_echo"


def test_only_modules_can_be_imported(builder: CourseBuilder) -> None:
    kata = builder.kata()
    manifest = (kata.folder / "kata.toml").read_text()
    (kata.folder / "kata.toml").write_text(manifest.replace('"echo.py"', '"echo.py", "echo.toml"'))

    assert builder.course.kata("010").written_modules == ("echo.py",)


def test_tests_are_no_modules_to_be_imported(builder: CourseBuilder) -> None:
    assert builder.suite_kata().written_modules == ()
