"""`mlinfra grade` gives marks, says how they were guarded, and refuses where it is asked to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command import Mlinfra
from course_builder import CourseBuilder
from pytest_mlinfra.runs.isolation import LAYERS, SPLIT
from pytest_mlinfra.runs.jail import bubblewrap

jailed = pytest.mark.skipif(bool(bubblewrap.why_not()), reason=bubblewrap.why_not() or "jailed")
RIGHT = "def echo(text):\n    return text\n"
SKIPS = "def echo(text):\n    import pytest\n    pytest.skip('not today')\n"


def submission(folder: Path, text: str) -> str:
    answer = folder / "async" / "010_echo" / "echo.py"
    answer.parent.mkdir(parents=True)
    answer.write_text(text, "utf-8")
    return str(folder)


@jailed
def test_an_answer_behind_the_wall_gets_its_marks(
    mlinfra: Mlinfra, builder: CourseBuilder, tmp_path: Path
) -> None:
    builder.kata("async/010_echo")

    said = mlinfra("grade", submission(tmp_path / "theirs", RIGHT), "--json")

    told = json.loads(said.out)
    assert told["isolation"] == {"level": "full", "layers": list(LAYERS), "missing": []}
    assert (said.code, told["points"], told["max_points"]) == (0, 3, 3)


@jailed
def test_a_trick_gets_no_marks(mlinfra: Mlinfra, builder: CourseBuilder, tmp_path: Path) -> None:
    builder.kata("async/010_echo")

    said = mlinfra("grade", submission(tmp_path / "theirs", SKIPS), "--require-isolation=full")

    assert said.code == 1
    assert "0/3" in said.out
    assert said.out.endswith("isolation: full\n")


def test_without_a_wall_that_is_said(
    mlinfra: Mlinfra,
    builder: CourseBuilder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    builder.kata("async/010_echo")
    monkeypatch.setattr(bubblewrap, "why_not", lambda: "bubblewrap is not installed")
    theirs = submission(tmp_path / "theirs", RIGHT)

    told = json.loads(mlinfra("grade", theirs, "--json").out)

    assert told["isolation"]["level"] == "partial"
    assert {"network", "files"} <= set(told["isolation"]["missing"])
    assert set(SPLIT) <= set(told["isolation"]["layers"])
    assert told["points"] == 3

    said = mlinfra("grade", theirs, "--require-isolation=full")

    assert said.code == 2
    assert "this machine lacks the layers network, files" in said.err
    assert "bubblewrap is not installed. Nothing was graded" in said.err


def test_a_suite_cannot_be_kept_away_from_what_it_tests(
    mlinfra: Mlinfra, builder: CourseBuilder, tmp_path: Path
) -> None:
    builder.suite_kata("testing/210_echo_tests")
    (tmp_path / "theirs").mkdir()

    said = mlinfra("grade", str(tmp_path / "theirs"), "--require-isolation=partial")

    assert said.code == 2
    assert "210_echo_tests" in said.err
