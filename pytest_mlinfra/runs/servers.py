"""The fork servers that runs are sent to, by the way of running."""

from __future__ import annotations

import sys
import threading
from functools import partial
from pathlib import Path
from typing import Protocol

from pytest_mlinfra.runs import fingerprint
from pytest_mlinfra.runs.command import PYTEST_VARIABLES, clean_environment, pytest_command
from pytest_mlinfra.runs.forkserver.client import Attached, ForkServer
from pytest_mlinfra.runs.forkserver.keeper import Keeper
from pytest_mlinfra.runs.job import Ending, Job

_PYTHON = (sys.executable, "-P", "-m")
_MODULES = (*_PYTHON, "pytest_mlinfra.runs.forkserver")
# What the quality gates run. Ruff is no Python: there is little to import.
_TOOLS = "black,isort.main,mypy.main,mypy.build,ruff"
_NOTHING = "-"


class Server(Protocol):
    """A fork server, whoever started it."""

    @property
    def address(self) -> Path:
        """The path of its socket."""
        ...

    def ask(self, job: Job) -> Ending:
        """Let it run `job`."""
        ...


class Servers(Protocol):
    """Which fork server is asked for what."""

    def sessions(self, exercises: Path) -> Server:
        """The one for sessions of pytest on katas of `exercises`."""
        ...

    def suites(self, exercises: Path) -> Server:
        """The one for the many short sessions that run a learner's suite."""
        ...

    def tools(self) -> Server:
        """The one for tools."""
        ...

    def close(self) -> None:
        """End those that were started here."""
        ...


class WarmServers:
    """One server per course, a session of pytest that waits to collect; one with the tools."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Path, Keeper] = {}
        self._tools = Keeper(partial(_start, (*_MODULES, _TOOLS)), fingerprint.of_code)

    def sessions(self, exercises: Path) -> Keeper:
        """See `Servers.sessions`."""
        return self.suites(exercises)

    def suites(self, exercises: Path) -> Keeper:
        """See `Servers.suites`."""
        with self._lock:
            if exercises not in self._waiting:
                command = (*_PYTHON, *pytest_command(exercises), "--mlinfra-serve")
                self._waiting[exercises] = Keeper(
                    partial(_start, command),
                    lambda: (fingerprint.of_code(), fingerprint.of_course(exercises)),
                )
            return self._waiting[exercises]

    def tools(self) -> Keeper:
        """See `Servers.tools`."""
        return self._tools

    def close(self) -> None:
        """See `Servers.close`."""
        for keeper in (*self._waiting.values(), self._tools):
            keeper.close()


class FreshServers(WarmServers):
    """Besides, a server that has imported nothing: each session begins a Python of its own.

    The dozens of sessions that a suite takes, and the tools, which run no code of a
    learner's, stay in forks.
    """

    def __init__(self) -> None:
        super().__init__()
        self._bare = Keeper(partial(_start, (*_MODULES, _NOTHING)), fingerprint.of_code)

    def sessions(self, exercises: Path) -> Keeper:
        """See `Servers.sessions`."""
        return self._bare

    def close(self) -> None:
        """See `Servers.close`."""
        self._bare.close()
        super().close()


class AttachedServers:
    """Servers of the process that started this one.

    Args:
        suites: the path of the socket of the one for suites.
        tools: of the one for tools.
    """

    def __init__(self, suites: Path, tools: Path) -> None:
        self._suites = Attached(suites)
        self._tools = Attached(tools)

    def suites(self, exercises: Path) -> Attached:
        """See `Servers.suites`."""
        return self._suites

    sessions = suites

    def tools(self) -> Attached:
        """See `Servers.tools`."""
        return self._tools

    def close(self) -> None:
        """See `Servers.close`."""


def _start(command: tuple[str, ...]) -> ForkServer:
    return ForkServer(command, clean_environment() | PYTEST_VARIABLES, Path.cwd())
