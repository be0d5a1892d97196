"""What a tool says about one place, and about many."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_mlinfra.gates.finding import Finding, summary


def _finding(line: int, rule: str = "F401", url: str = "") -> Finding:
    return Finding(path="echo.py", line=line, tool="ruff", rule=rule, text="unused", url=url)


def test_a_finding_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    finding = Finding(path=str(tmp_path / "echo.py"), line=3, tool="ruff", rule="F401", text="x")

    assert str(finding) == "echo.py:3: F401: x"


def test_a_finding_about_a_whole_file_has_no_line() -> None:
    assert str(_finding(0)) == "echo.py: F401: unused"


def test_a_summary_counts_those_beyond_the_most() -> None:
    lines = summary([_finding(number) for number in range(1, 6)], most=2).splitlines()

    assert lines == ["echo.py:1: F401: unused", "echo.py:2: F401: unused", "… and 3 more"]


def test_each_rule_is_explained_once() -> None:
    findings = [_finding(1, url="u1"), _finding(2, url="u1"), _finding(3, "F841", "u2")]

    assert summary(findings).splitlines()[3:] == [
        "F401 is explained at u1",
        "F841 is explained at u2",
    ]
