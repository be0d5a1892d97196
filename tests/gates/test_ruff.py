"""Ruff: lint, of a learner's file and of a whole project."""

from __future__ import annotations

from pathlib import Path

import pytest

from answer_file import Write
from pytest_mlinfra.gates.ruff import RuffGate, lint_project
from pytest_mlinfra.gates.tool import ToolError


def test_passes_what_is_clean(write: Write, configuration: Path) -> None:
    assert RuffGate().check([write("x = 1\n")], configuration) == []


def test_names_the_rule_and_its_page(write: Write, configuration: Path) -> None:
    path = write("x = 1\nimport os\n")

    (finding,) = RuffGate().check([path], configuration)

    assert (finding.path, finding.line, finding.rule) == (str(path), 2, "F401")
    assert finding.url.endswith("/rules/unused-import")


def test_no_comment_silences_it(write: Write, configuration: Path) -> None:
    path = write("# ruff: noqa\nimport os  # noqa: F401\n")

    assert len(RuffGate().check([path], configuration)) == 1


def test_what_is_not_python_is_a_finding(write: Write, configuration: Path) -> None:
    findings = RuffGate().check([write("def echo(:\n")], configuration)

    assert {finding.rule for finding in findings} == {"invalid-syntax"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one file that nobody uses anything of."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "train.py").write_text("import os\n")
    return tmp_path


def test_a_project_is_linted_by_its_own_configuration(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.ruff.lint]\nselect = ["E"]\n')
    assert lint_project(project) == []

    (project / "pyproject.toml").write_text('[tool.ruff.lint]\nselect = ["F"]\n')
    assert [finding.rule for finding in lint_project(project)] == ["F401"]


def test_a_configuration_that_ruff_refuses_is_quoted_without_its_folder(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.ruff.lint]\nselect = ["NOPE"]\n')

    with pytest.raises(ToolError) as caught:
        lint_project(project)

    assert "Unknown rule selector `NOPE`" in str(caught.value)
    assert str(project) not in str(caught.value)


def test_a_configuration_that_is_outdated_is_refused(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.ruff]\nselect = ["F"]\n')

    with pytest.raises(ToolError, match="under protest: warning: The top-level linter settings"):
        lint_project(project)
