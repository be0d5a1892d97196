"""A runner inherits nothing that it should not, whether it is forked or begins anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offences import job, start_server
from pytest_mlinfra.runs.forkserver.client import ForkServer
from pytest_mlinfra.runs.job import Ending


@pytest.fixture(scope="module", params=["offenders", "-"], ids=["forked", "anew"])
def server(request: pytest.FixtureRequest) -> Iterator[ForkServer]:
    server = start_server(request.param)
    yield server
    server.close()


@pytest.fixture
def said(server: ForkServer) -> list[str]:
    ending = server.ask(job("offenders", "says_what_it_inherits", environment={"GREETING": "hi"}))
    assert ending.errors == ""
    return ending.output.splitlines()


def test_nothing_is_open_but_the_streams_and_the_two_ways_to_report(
    request: pytest.FixtureRequest, said: list[str]
) -> None:
    # The last is the folder that lists them. What is no session has nothing to report.
    is_forked = "forked" in request.node.name
    assert said[0] == ("0 1 2 200 201 3" if is_forked else "0 1 2 3")


def test_there_is_nothing_to_read(said: list[str]) -> None:
    assert said[1] == "stdin ''"


def test_works_in_the_folder_and_the_environment_of_the_job(said: list[str]) -> None:
    assert said[2:4] == [f"folder {Path.cwd()}", "greeting hi"]


def test_signals_do_what_they_usually_do(said: list[str]) -> None:
    assert said[4] == "signals default_int_handler SIG_DFL SIG_IGN set()"


def test_random_numbers_differ_from_run_to_run_and_the_order_of_a_set_does_not(
    server: ForkServer,
) -> None:
    runs = [server.ask(job("offenders", "says_what_is_random")) for _ in range(2)]

    first, second = (run.output.splitlines() for run in runs)
    assert first[0] != second[0]
    assert first[1] == second[1]


def test_temporary_files_go_to_a_folder_that_is_removed(server: ForkServer) -> None:
    ending = server.ask(job("offenders", "writes_a_temporary_file"))

    path = Path(ending.output.strip())
    assert path.is_relative_to(server.address.parent)
    assert not path.exists()


def test_a_child_of_a_runner_cannot_report_in_its_name(server: ForkServer) -> None:
    ending = server.ask(job("offenders", "lets_a_child_say_what_it_inherits"))

    assert ending.output == "0 1 2 3\n"


def test_what_one_run_imports_and_changes_is_unknown_to_the_next(server: ForkServer) -> None:
    first = server.ask(job("offenders", "leaves_traces"))
    second = server.ask(job("offenders", "leaves_traces"))

    assert first.output == second.output == "no traces\n"


def test_says_why_it_could_not_begin(server: ForkServer, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    ending: Ending = server.ask(job("offenders", "ends", folder=gone))

    assert ending.exit_code not in (0, 3)
    assert f"No such file or directory: '{gone}'" in ending.output + ending.errors
