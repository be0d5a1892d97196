"""The command as a whole: its subcommands, and how it ends."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from command import Mlinfra
from course_builder import CourseBuilder
from pytest_mlinfra import __version__

SUBCOMMANDS = (
    "check",
    "completion",
    "grade",
    "hint",
    "lint",
    "list",
    "redteam",
    "reset",
    "solution",
)


def test_help_lists_every_subcommand_and_the_exit_codes(mlinfra: Mlinfra) -> None:
    said = mlinfra("--help")

    assert said.code == 0
    for name in SUBCOMMANDS:
        assert f"\n  {name} " in said.out
    assert "Exit codes: 0 all is well; 1 an answer" in said.out


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_every_subcommand_explains_itself(mlinfra: Mlinfra, name: str) -> None:
    said = mlinfra(name, "--help")

    assert said.code == 0
    assert f"Usage: mlinfra {name}" in said.out


def test_says_its_version(mlinfra: Mlinfra) -> None:
    assert mlinfra("--version").out == f"mlinfra, version {__version__}\n"


def test_refuses_what_it_does_not_know(mlinfra: Mlinfra) -> None:
    said = mlinfra("chek")

    assert said.code == 2
    assert "No such command 'chek'" in said.err


def test_says_where_it_looked_for_a_course(
    mlinfra: Mlinfra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    said = mlinfra("list")

    assert said.code == 2
    assert said.err == (
        f"mlinfra: no course in {tmp_path} or above it: "
        "expected a folder exercises/ with katas in it\n"
    )


def test_calls_a_broken_course_broken(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    kata = builder.kata()
    (kata.folder / "kata.toml").write_text("title = 5\n")

    said = mlinfra("hint", "010")

    assert said.code == 3
    assert said.err.startswith("The course is broken: exercises/async/010_echo/kata.toml, line 1")


def test_names_the_file_that_it_cannot_write(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    builder.kata()
    (builder.root / ".mlinfra").touch()

    said = mlinfra("reset", "010", "--yes")

    assert said.code == 2
    assert said.err.startswith(f"mlinfra: {builder.root / '.mlinfra'}")
    assert said.err.endswith(": Not a directory\n")


def test_stops_quietly_at_the_end_of_input(
    mlinfra: Mlinfra, builder: CourseBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.kata()
    monkeypatch.setattr("sys.stdin", io.StringIO())

    said = mlinfra("reset", "010")

    assert said.code == 1
    assert said.err.endswith("Stopped.\n")


def test_also_is_a_module(builder: CourseBuilder) -> None:
    builder.kata()

    done = subprocess.run(
        [sys.executable, "-m", "pytest_mlinfra.cli", "list"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "010  async      5 min  begun  Echo\n"


def test_a_terminal_that_lacks_characters_gets_replacements(builder: CourseBuilder) -> None:
    builder.kata(answer=None)

    done = subprocess.run(
        [sys.executable, "-m", "pytest_mlinfra.cli", "check"],
        capture_output=True,
        env={"PYTHONIOENCODING": "latin-1", "PATH": ""},
        check=True,
    )

    assert b"async     ????" in done.stdout
    assert b"Traceback" not in done.stderr
