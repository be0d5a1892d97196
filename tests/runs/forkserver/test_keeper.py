"""There is always a fork server at hand, and it is never a stale one."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from offences import Offences, job, soon, start_server
from pytest_mlinfra.errors import RunError
from pytest_mlinfra.runs.forkserver import keeper as module
from pytest_mlinfra.runs.forkserver import tree
from pytest_mlinfra.runs.forkserver.client import ForkServer
from pytest_mlinfra.runs.forkserver.keeper import Keeper


class Code:
    """What a server has imported; its version changes as a test wants."""

    def __init__(self) -> None:
        self.version = 1

    def fingerprint(self) -> int:
        return self.version


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch) -> Code:
    monkeypatch.setattr(module, "_INTERVAL", 0.0)
    return Code()


@pytest.fixture
def keeper(code: Code) -> Iterator[Keeper]:
    keeper = Keeper(start_server, code.fingerprint)
    yield keeper
    keeper.close()


def test_keeps_one_server(keeper: Keeper) -> None:
    servers = {keeper.server.pid, keeper.server.pid}

    assert keeper.ask(job("offenders", "ends")).exit_code == 3
    assert {keeper.server.pid} == servers


def test_starts_a_new_one_when_something_has_changed(keeper: Keeper, code: Code) -> None:
    old = keeper.server
    assert keeper.ask(job("offenders", "ends")).exit_code == 3

    code.version += 1

    assert keeper.server.pid != old.pid
    assert keeper.ask(job("offenders", "ends")).exit_code == 3
    assert not old.is_alive


def test_the_old_one_finishes_what_it_has_begun(keeper: Keeper, code: Code, tmp_path: Path) -> None:
    old, codes = keeper.server, []
    running = threading.Thread(
        target=lambda: codes.append(old.ask(job("offenders", "sleeps_half_a_second")).exit_code)
    )
    running.start()
    assert soon(lambda: old._asking > 0)

    code.version += 1
    assert keeper.server is not old
    running.join()

    assert codes == [0]
    assert soon(lambda: not old.is_alive)


def test_starts_a_new_one_when_the_old_was_killed(keeper: Keeper) -> None:
    old = keeper.server
    os.kill(old.pid, signal.SIGKILL)
    assert old.ends_within(5)

    assert keeper.ask(job("offenders", "ends")).exit_code == 3
    assert keeper.server.pid != old.pid


def test_starts_a_new_one_when_its_memory_has_grown(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.ask(job("offenders", "ends"))
    old = keeper.server
    monkeypatch.setattr(tree, "memory_of", lambda _pid: 2**40)

    assert keeper.server.pid != old.pid


def test_runs_once_more_what_a_server_did_not_survive_and_then_gives_up(keeper: Keeper) -> None:
    ending = keeper.ask(job("offenders", "kills_the_server"))

    assert ending.lost
    assert keeper.ask(job("offenders", "ends")).exit_code == 3


def test_a_run_is_not_disturbed_by_another_that_kills_the_server(keeper: Keeper) -> None:
    codes: list[int | None] = []
    running = threading.Thread(
        target=lambda: codes.append(keeper.ask(job("offenders", "sleeps_half_a_second")).exit_code)
    )
    running.start()
    assert soon(lambda: keeper.server._asking > 0)

    os.kill(keeper.server.pid, signal.SIGKILL)
    running.join()

    assert codes == [0]


def test_says_why_no_server_can_be_started() -> None:
    command = [sys.executable, "-c", "raise SystemExit('no such luck')"]
    keeper = Keeper(lambda: ForkServer(command, {}, Path.cwd()), lambda: None)

    with pytest.raises(RunError, match="the fork server cannot start: no such luck"):
        keeper.ask(job("offenders", "ends"))
    keeper.close()


def test_starts_none_any_more_once_it_is_closed(keeper: Keeper, tmp_path: Path) -> None:
    Offences(keeper.server, tmp_path)
    keeper.close()

    with pytest.raises(RunError, match="the run was broken off"):
        keeper.ask(job("offenders", "ends"))
