"""How a run is started, and what it does not hear of its starter."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from offences import job
from pytest_mlinfra.runs.command import (
    PYTEST_VARIABLES,
    clean_environment,
    pytest_command,
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


def test_nothing_outside_of_a_course_configures_a_run(tmp_path: Path) -> None:
    kata = tmp_path / "async" / "010_echo"

    command = pytest_command(tmp_path, kata)

    assert command[:2] == ("pytest", str(kata))
    assert {f"--config-file={os.devnull}", f"--rootdir={tmp_path}"} < set(command)
    assert f"--confcutdir={tmp_path}" in command


def test_a_session_without_a_kata_looks_at_the_whole_course(tmp_path: Path) -> None:
    assert pytest_command(tmp_path)[:2] == ("pytest", str(tmp_path))


@pytest.mark.parametrize(
    "name",
    [
        "BUILD_NUMBER",
        "CI",
        "MLINFRA_SERVERS",
        "PYTEST_ADDOPTS",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONUNBUFFERED",
    ],
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
