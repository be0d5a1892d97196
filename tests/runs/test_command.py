"""How a run is started, and what it does not hear of its starter."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from offences import job
from pytest_mlinfra.runs.command import (
    PYTEST_VARIABLES,
    clean_environment,
    python_command,
    read_task,
)
from pytest_mlinfra.runs.job import Job, Program, Task

TASK = Task(
    folders=("exercises/async/010_echo",),
    part="tests",
    program=Program(name="reference", module="echo.py", text="é" * 200_000),
)


def test_a_tool_is_run_as_a_module_that_no_file_here_can_stand_in_for(tmp_path: Path) -> None:
    command = python_command(job("black", "--check"), str(tmp_path), "events")

    assert command == [sys.executable, "-P", "-m", "black", "--check"]


def test_a_task_of_any_size_goes_by_a_file(tmp_path: Path) -> None:
    session: Job = job("pytest", task=TASK)

    *_, by_file, by_events = python_command(session, str(tmp_path), "events.jsonl")

    assert by_events == "--mlinfra-events=events.jsonl"
    assert read_task(Path(by_file.removeprefix("--mlinfra-task="))) == TASK


@pytest.mark.parametrize(
    "name", ["PYTEST_ADDOPTS", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "MLINFRA_SERVERS"]
)
def test_what_would_change_a_run_is_kept_from_it(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    monkeypatch.setenv("GREETING", "hello")

    environment = clean_environment()

    assert name not in environment
    assert environment["GREETING"] == "hello"
    assert environment["PYTHONHASHSEED"] == "0"


def test_plugins_are_named_and_not_searched_for() -> None:
    assert PYTEST_VARIABLES["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] == "1"
    assert "pytest_mlinfra.plugin" in PYTEST_VARIABLES["PYTEST_PLUGINS"].split(",")
