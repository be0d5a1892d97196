"""`mlinfra hint` shows one rung at a time."""

from __future__ import annotations

import json

import pytest

from command import Mlinfra
from course_builder import CourseBuilder


def test_each_call_shows_the_next_rung_and_then_the_last(
    mlinfra: Mlinfra, builder: CourseBuilder
) -> None:
    builder.kata()

    said = [mlinfra("hint", "echo").out for _ in range(4)]

    assert said[0] == "Hint 1 of 3 for 010 Echo\n\nLook\n\na\n\nThe next one: mlinfra hint 010\n"
    assert said[1].startswith("Hint 2 of 3")
    assert said[2] == said[3] == "Hint 3 of 3 for 010 Echo\n\nBuild\n\nc\n"


def test_begins_again_when_asked(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    builder.kata()
    mlinfra("hint", "echo")
    mlinfra("hint", "echo")

    assert mlinfra("hint", "echo", "--again").out.startswith("Hint 1 of 3")
    assert mlinfra("hint", "echo").out.startswith("Hint 2 of 3")


def test_each_kata_has_rungs_of_its_own(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    builder.kata("async/010_echo")
    builder.kata("async/020_shout")
    mlinfra("hint", "echo")

    assert mlinfra("hint", "shout").out.startswith("Hint 1 of 3")


def test_survives_a_memory_that_was_spoilt(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    builder.kata()
    mlinfra("hint", "echo")
    (builder.root / ".mlinfra" / "hints.json").write_text("nonsense")

    assert mlinfra("hint", "echo").out.startswith("Hint 1 of 3")


def test_shows_a_hint_where_it_cannot_remember_that(
    mlinfra: Mlinfra, builder: CourseBuilder
) -> None:
    builder.kata()
    (builder.root / ".mlinfra").touch()

    for _ in range(2):
        said = mlinfra("hint", "echo")
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith("Hint 1 of 3")


def test_wraps_its_text_to_the_terminal(
    mlinfra: Mlinfra, builder: CourseBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.kata(files={"HINTS.md": f"## 1. Look\n\n{'far and wide ' * 9}\n"})
    monkeypatch.setenv("COLUMNS", "44")

    lines = mlinfra("hint", "echo").out.splitlines()

    assert max(map(len, lines[1:])) <= 44


def test_prints_json_for_programs(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    builder.kata()

    said = mlinfra("hint", "echo", "--json")

    assert json.loads(said.out) == {
        "kata": "async/010_echo",
        "rung": 1,
        "rungs": 3,
        "text": "Look\n\na",
    }


def test_needs_to_know_which_kata(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    builder.kata()

    said = mlinfra("hint")

    assert said.code == 2
    assert "Missing argument 'KATA'" in said.err
