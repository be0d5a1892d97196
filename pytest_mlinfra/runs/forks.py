"""Runs by fork servers (Linux): every limit holds, and nothing outlives a run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from pytest_mlinfra.grading.result import Item
from pytest_mlinfra.runs.command import (
    PYTEST_VARIABLES,
    SERVERS,
    WAY,
    clean_environment,
    pytest_command,
)
from pytest_mlinfra.runs.job import Ending, Job, Task
from pytest_mlinfra.runs.limits import TOOL_LIMITS
from pytest_mlinfra.runs.request import Isolation, Request, Way
from pytest_mlinfra.runs.result import RunResult, result_of
from pytest_mlinfra.runs.servers import AttachedServers, FreshServers, Servers, WarmServers

_MISSING = ("a jail: the code can do whatever its user can",)


class ForkedRuns:
    """Sends each request to a fork server.

    Args:
        way: which way of running this is.
        servers: the servers.
    """

    def __init__(self, way: Way, servers: Servers) -> None:
        self.way = way
        self._servers = servers

    @classmethod
    def open(cls, way: Way) -> Self:
        """Runs by servers that are started when they are needed."""
        return cls(way, WarmServers() if way is Way.WARM else FreshServers())

    @classmethod
    def attach(cls, way: Way, addresses: str) -> Self:
        """Runs by the servers at `addresses`, as an environment gives them."""
        suites, tools = map(Path, addresses.split(os.pathsep))
        return cls(way, AttachedServers(suites, tools))

    def run(self, request: Request, expected: Sequence[Item] | None = None) -> RunResult:
        """See `Backend.run`."""
        servers = self._servers
        of_suite = request.program is not None
        server = (servers.suites if of_suite else servers.sessions)(request.exercises)
        environment = clean_environment() | PYTEST_VARIABLES | {WAY: self.way}
        if request.may_run_further:
            addresses = (servers.suites(request.exercises).address, servers.tools().address)
            environment[SERVERS] = os.pathsep.join(map(str, addresses))
        job = Job(
            command=pytest_command(request.exercises, *request.folders),
            task=self.task_of(request),
            folder=str(Path.cwd()),
            environment=environment,
            limits=request.allowed,
        )
        isolation = Isolation(Way.WARM if of_suite else self.way, _MISSING)
        return result_of(server.ask(job), isolation, request.answer_files, expected)

    def task_of(self, request: Request) -> Task:
        """What a session is told of `request`."""
        return request.task

    def run_module(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> Ending:
        """See `Backend.run_module`."""
        job = Job(
            command=tuple(command),
            folder=str(folder),
            environment=clean_environment() | dict(environment),
            limits=TOOL_LIMITS,
            separate_errors=True,
        )
        return self._servers.tools().ask(job)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._servers.close()
