"""Which fork server is asked for what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.forks import ForkedRuns
from pytest_mlinfra.runs.forkserver import keeper
from pytest_mlinfra.runs.request import Request, Way
from pytest_mlinfra.runs.servers import FreshServers, WarmServers


@pytest.fixture
def warm(builder: CourseBuilder) -> Iterator[WarmServers]:
    servers = WarmServers()
    yield servers
    servers.close()


@pytest.fixture
def fresh(builder: CourseBuilder) -> Iterator[FreshServers]:
    servers = FreshServers()
    yield servers
    servers.close()


def test_each_course_has_its_own_waiting_session(warm: WarmServers, tmp_path: Path) -> None:
    here = warm.sessions(tmp_path / "exercises")

    assert warm.sessions(tmp_path / "exercises") is here
    assert warm.suites(tmp_path / "exercises") is here
    assert warm.sessions(tmp_path / "other") is not here
    assert warm.tools() is not here


def test_only_the_sessions_of_a_learner_s_code_begin_anew(
    fresh: FreshServers, tmp_path: Path
) -> None:
    exercises = tmp_path / "exercises"

    assert fresh.sessions(exercises) is not fresh.suites(exercises)
    assert fresh.sessions(exercises) is fresh.sessions(tmp_path / "other")
    assert fresh.tools() is not fresh.sessions(exercises)


def test_a_new_configuration_is_heeded_by_the_next_run(
    builder: CourseBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "_INTERVAL", 0.0)
    tests = "def test_options(request):\n    print(hasattr(request.config, 'is_new'))\n"
    kata = builder.kata(tests=tests)
    request = Request((kata,), Submission(builder.exercises, handed_in=False), "tests")
    with ForkedRuns.open(Way.WARM) as runs:
        before = runs.run(request)
        conftest = "def pytest_configure(config):\n    config.is_new = True\n"
        (builder.exercises / "conftest.py").write_text(conftest)
        after = runs.run(request)

    assert (before.output, after.output) == ("False\n", "True\n")
