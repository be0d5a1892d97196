"""`mlinfra fleet`: what it says before it asks anybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from command import Mlinfra
from pytest_mlinfra.cli.fleet import _field


@pytest.fixture(autouse=True)
def _nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--json",),
        ("break", "bert", "hang"),
        ("heal",),
        ("heal", "bert", "hang"),
        ("journal",),
        ("timeline",),
        ("stop",),
    ],
)
def test_says_that_no_fleet_is_running(mlinfra: Mlinfra, arguments: tuple[str, ...]) -> None:
    said = mlinfra("fleet", *arguments)

    assert said.code == 2
    assert said.err == ("mlinfra: no fleet is running; start one with: mlinfra serve fleet.toml\n")


def test_says_that_the_one_that_is_meant_is_not_running(mlinfra: Mlinfra) -> None:
    said = mlinfra("fleet", "--fleet", "demo", "stop")

    assert "no fleet named 'demo' is running" in said.err


def test_says_what_a_field_looks_like(mlinfra: Mlinfra) -> None:
    said = mlinfra("fleet", "break", "bert", "latency", "0.5")

    assert said.code == 2
    assert "expected KEY=VALUE, for instance seconds=0.5, not '0.5'" in said.err


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("seconds=0.5", ("seconds", 0.5)),
        ("first=2", ("first", 2)),
        ("path=/predict", ("path", "/predict")),
        ('path="/a=b"', ("path", "/a=b")),
        ("as_date=true", ("as_date", True)),
        ("numbers=[1, 3]", ("numbers", [1, 3])),
        ('headers={a = "b"}', ("headers", {"a": "b"})),
        ("text=", ("text", "")),
    ],
)
def test_the_value_of_a_field_is_toml_or_else_a_text(text: str, field: tuple[str, object]) -> None:
    assert _field(text) == field
