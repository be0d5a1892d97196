"""Letting a fork server run an offender, and looking for what it leaves behind."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pytest_mlinfra.katas.model import Limits
from pytest_mlinfra.runs.command import clean_environment
from pytest_mlinfra.runs.forkserver.client import ForkServer
from pytest_mlinfra.runs.job import Ending, Job, Task

_HERE = Path(__file__).parent
# Tight, but for what a test is about.
_LIMITS = {
    "test": 10.0,
    "kata": 10.0,
    "cpu": 10.0,
    "memory": 400,
    "processes": 200,
    "threads": 300,
    "file": 100,
    "written": 1000,
    "open_files": 500,
    "output": 4,
}


def start_server(modules: str = "offenders") -> ForkServer:
    """A fork server that has imported `modules`; ``-`` for one that begins each job anew."""
    command = [sys.executable, "-P", "-m", "pytest_mlinfra.runs.forkserver", modules]
    return ForkServer(command, _environment(), Path.cwd())


def job(
    *command: str,
    environment: dict[str, str] | None = None,
    folder: Path | None = None,
    task: Task | None = None,
    limits: Mapping[str, float] | None = None,
) -> Job:
    """The job of running `command` within the given limits and roomy other ones."""
    return Job(
        command=command,
        task=task,
        folder=str(folder or Path.cwd()),
        environment=_environment() | (environment or {}),
        limits=msgspec.convert(_LIMITS | dict(limits or {}), Limits),
        separate_errors=True,
    )


def _environment() -> dict[str, str]:
    return clean_environment() | {"PYTHONPATH": str(_HERE)}


@dataclass(frozen=True)
class Offences:
    """Commits offences by way of one fork server.

    Attributes:
        server: the server.
        folder: takes what the offenders write down.
    """

    server: ForkServer
    folder: Path

    @property
    def pid_file(self) -> Path:
        """Where a daemon writes its id."""
        return self.folder / "pid"

    def job(self, name: str, **limits: float) -> Job:
        """The job of running one offender."""
        environment = {"PID_FILE": str(self.pid_file)}
        return job("offenders", name, environment=environment, limits=limits)

    def commit(self, name: str, **limits: float) -> Ending:
        """Run one offender."""
        return self.server.ask(self.job(name, **limits))

    def leaves_nothing(self) -> bool:
        """Whether soon no process and no folder of a run is left."""
        return soon(lambda: not children_of(self.server.pid)) and soon(
            lambda: not any(entry.is_dir() for entry in self.server.address.parent.iterdir())
        )


def children_of(pid: int) -> list[int]:
    """The ids of the children of the process `pid`, which has one thread."""
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def is_alive(pid: int) -> bool:
    """Whether there is a process `pid`, and it is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def soon(condition: Callable[[], bool], seconds: float = 5) -> bool:
    """Whether `condition` becomes true within `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
