"""Asking a fork server, and owning one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from offences import Offences, job, soon, start_server
from pytest_mlinfra.errors import RunError
from pytest_mlinfra.runs.forkserver import client
from pytest_mlinfra.runs.forkserver.client import (
    Attached,
    ForkServer,
    ServerGoneError,
    ServerStuckError,
)


def test_others_may_ask_by_its_address(server: ForkServer) -> None:
    assert Attached(server.address).ask(job("offenders", "ends")).exit_code == 3


def test_says_that_it_is_gone(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"the fork server at .*socket is gone: "):
        Attached(tmp_path / "socket").ask(job("offenders", "ends"))


def test_only_its_user_can_reach_it(server: ForkServer) -> None:
    assert server.address.parent.stat().st_mode & 0o777 == 0o700


def test_knows_why_it_could_not_start() -> None:
    server = ForkServer([sys.executable, "-c", "raise SystemExit('no such luck')"], {}, Path.cwd())

    with pytest.raises(ServerGoneError):
        server.ask(job("offenders", "ends"))

    assert server.ends_within(5)
    assert (server.has_answered, server.log) == (False, "no such luck")
    server.close()


def test_a_retired_server_ends_when_its_last_job_has_ended(tmp_path: Path) -> None:
    offences = Offences(start_server(), tmp_path)
    offences.server.retire()

    assert not offences.server.is_alive
    assert not offences.server.address.parent.exists()


def test_a_server_whose_supervisor_is_stopped_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_SLACK", 0.5)
    offences = Offences(start_server(), tmp_path)

    with pytest.raises(ServerStuckError):
        offences.commit("stops_its_supervisor", kata=0.2)

    assert soon(lambda: not offences.server.is_alive)


def test_the_path_of_its_socket_is_short_enough_wherever_temporary_files_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    server = start_server()

    assert server.ask(job("offenders", "ends")).exit_code == 3
    server.close()
    assert not any(deep.iterdir())
