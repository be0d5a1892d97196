"""Mypy: types."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from answer_file import Write
from pytest_mlinfra.gates.mypy import MypyGate
from pytest_mlinfra.gates.tool import ToolError


def test_passes_what_is_typed(write: Write, configuration: Path) -> None:
    path = write("def echo(value: int) -> int:\n    return value\n")

    assert MypyGate().check([path], configuration) == []


def test_names_the_error_and_its_page(write: Write, configuration: Path) -> None:
    path = write("\ndef echo(value):\n    return value\n")

    (finding,) = MypyGate().check([path], configuration)

    assert (finding.path, finding.line, finding.rule) == (str(path), 2, "no-untyped-def")
    assert finding.url.endswith("#code-no-untyped-def")


def test_what_is_not_python_is_a_finding(write: Write, configuration: Path) -> None:
    finding = MypyGate().check([write("def echo(:\n")], configuration)[0]

    assert (finding.line, finding.rule) == (1, "syntax")


def test_finds_modules_where_it_is_told_to_search(
    write: Write, configuration: Path, tmp_path: Path
) -> None:
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "neighbour.py").write_text("number: int = 1\n")
    path = write("from neighbour import number\n\nx: str = number\n")

    (finding,) = MypyGate().check([path], configuration, [tmp_path / "given"])

    assert finding.rule == "assignment"


def test_leaves_nothing_in_the_working_directory(
    write: Write, configuration: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)

    MypyGate().check([write("x = 1\n")], configuration)

    assert list(here.iterdir()) == []
    assert (configuration.parent / ".mypy_cache").is_dir()


def test_does_without_a_memory_where_it_may_not_write(
    write: Write, configuration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("x = 1\n")
    monkeypatch.setattr(os, "access", lambda *_arguments: False)

    assert MypyGate().check([path], configuration) == []
    assert not (configuration.parent / ".mypy_cache").exists()


def test_a_configuration_that_mypy_refuses_is_quoted(write: Write, configuration: Path) -> None:
    configuration.write_text("[tool.mypy]\npython_version = 'old'\n")

    with pytest.raises(ToolError, match="mypy could not do its work"):
        MypyGate().check([write("x = 1\n")], configuration)
