"""The gates that a kata asks for by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.errors import ManifestError
from pytest_mlinfra.gates.finding import Finding
from pytest_mlinfra.gates.registry import by_name, configuration_for, gates_of
from pytest_mlinfra.katas.model import Kata


class Spelling:
    """A gate from elsewhere."""

    def __init__(self, name: str = "spelling") -> None:
        self.name = name

    def check(
        self, files: Sequence[Path], configuration: Path, search: Sequence[Path] = ()
    ) -> list[Finding]:
        return []


def _kata(builder: CourseBuilder, tools: str) -> Kata:
    return builder.kata(manifest=f"[gates]\ntools = {tools}\n")


def test_a_kata_gets_the_gates_that_it_asks_for(builder: CourseBuilder) -> None:
    kata = _kata(builder, '["ruff", "black"]')

    assert [gate.name for gate in gates_of(kata, by_name())] == ["ruff", "black"]


def test_further_gates_are_known_and_may_replace_one() -> None:
    further = [Spelling(), Spelling("ruff")]

    known = by_name(further)

    assert list(known) == ["black", "isort", "ruff", "mypy", "spelling"]
    assert known["ruff"] is further[1]


def test_an_unknown_gate_is_an_error_of_the_manifest(builder: CourseBuilder) -> None:
    kata = _kata(builder, '["pylint"]')

    with pytest.raises(ManifestError) as caught:
        gates_of(kata, by_name())

    assert str(caught.value) == (
        "exercises/async/010_echo/kata.toml: there is no gate 'pylint'; "
        "there are black, isort, ruff, mypy"
    )


def test_answers_are_held_to_the_courses_configuration(builder: CourseBuilder) -> None:
    assert configuration_for(builder.kata()) == builder.exercises / "pyproject.toml"


def test_the_configuration_has_to_be_there_and_to_be_toml(builder: CourseBuilder) -> None:
    kata = builder.kata()
    path = builder.exercises / "pyproject.toml"

    path.write_text("[tool.black\n")
    with pytest.raises(ManifestError, match=r"exercises/pyproject\.toml is not valid TOML"):
        configuration_for(kata)
    path.unlink()
    with pytest.raises(ManifestError, match=r"exercises/pyproject\.toml is not there"):
        configuration_for(kata)
