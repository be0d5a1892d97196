"""Which way of running is used here, and who ends it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.errors import UsageError
from pytest_mlinfra.runs import backend as module
from pytest_mlinfra.runs.backend import close_shared_backend, open_backend, shared_backend
from pytest_mlinfra.runs.forks import ForkedRuns
from pytest_mlinfra.runs.portable import PortableRuns
from pytest_mlinfra.runs.request import Way


@pytest.fixture(autouse=True)
def _unshared() -> Iterator[None]:
    close_shared_backend()
    yield
    close_shared_backend()


def test_is_warm_where_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLINFRA_RUNS", raising=False)

    with open_backend() as backend:
        assert backend.way is Way.WARM


def test_is_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLINFRA_RUNS", "fresh")

    with open_backend() as backend:
        assert backend.way is Way.FRESH


def test_an_option_counts_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLINFRA_RUNS", "fresh")

    with open_backend(Way.WARM) as backend:
        assert backend.way is Way.WARM


def test_refuses_a_way_that_there_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLINFRA_RUNS", "tepid")

    with pytest.raises(UsageError, match="MLINFRA_RUNS is 'tepid', not warm or fresh"):
        open_backend()


def test_falls_back_to_fresh_processes_where_nothing_can_be_forked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_can_fork", lambda: False)

    with open_backend() as backend:
        assert isinstance(backend, PortableRuns)
    with pytest.raises(UsageError, match="warm runs need Linux"):
        open_backend(Way.WARM)


def test_a_process_has_one_to_share() -> None:
    assert shared_backend() is shared_backend()


def test_a_run_uses_the_servers_of_whoever_started_it(
    builder: CourseBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.kata()
    with open_backend(Way.WARM) as owner:
        assert isinstance(owner, ForkedRuns)
        servers = owner._servers
        addresses = (servers.suites(builder.exercises).address, servers.tools().address)
        monkeypatch.setenv("MLINFRA_SERVERS", ":".join(map(str, addresses)))

        ending = shared_backend().run_module(["this"], builder.root, {})
        close_shared_backend()

        assert "Beautiful is better than ugly." in ending.output
        assert servers.tools().address.exists()
