"""`mlinfra list` names the katas without grading them."""

from __future__ import annotations

import json

from command import Mlinfra
from course_builder import CourseBuilder


def test_lists_the_katas_in_order(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    builder.suite_kata("testing/210_echo_tests")
    builder.kata("async/010_echo", answer=None)
    builder.kata("async/020_shout")
    broken = builder.kata("async/030_whisper")
    (broken.folder / "kata.toml").write_text("")

    said = mlinfra("list")

    assert said.out == (
        "010  async      5 min         Echo\n"
        "020  async      5 min  begun  Shout\n"
        "030  async      0 min         broken: exercises/async/030_whisper/kata.toml: "
        "the key 'title' is missing\n"
        "210  testing    5 min         Echo tests\n"
    )


def test_lists_them_for_programs(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    builder.kata("async/010_echo", answer=None)
    broken = builder.kata("async/020_shout")
    (broken.folder / "kata.toml").write_text("")

    first, second = json.loads(mlinfra("list", "--json").out)

    assert first == {
        "id": "async/010_echo",
        "number": "010",
        "track": "async",
        "folder": "exercises/async/010_echo",
        "error": None,
        "title": "Echo",
        "minutes": 5,
        "concepts": ["echoes"],
        "begun": False,
    }
    assert "the key 'title' is missing" in second["error"]
