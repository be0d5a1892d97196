"""Runs for marks: answers in processes of their own, behind a wall, and away from their tests."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Self

import msgspec

from pytest_mlinfra.errors import UsageError
from pytest_mlinfra.grading.result import Item
from pytest_mlinfra.runs.forks import ForkedRuns
from pytest_mlinfra.runs.isolation import LAYERS, SPLIT, WALL
from pytest_mlinfra.runs.jail import bubblewrap
from pytest_mlinfra.runs.job import ISOLATION, Task
from pytest_mlinfra.runs.request import Isolation, Request, Way
from pytest_mlinfra.runs.result import RunResult
from pytest_mlinfra.runs.servers import Servers, WarmServers
from pytest_mlinfra.runs.split.launch import ZygoteProcess


class MarkedRuns(ForkedRuns):
    """Warm forks for the tests, and for each answer a process behind a wall.

    A suite that a learner has written cannot be kept away from what it tests: it runs in
    a warm fork, and lacks every layer.

    Args:
        servers: the fork servers.
        without: names of layers to leave away.

    Attributes:
        layers: those that every answer so far has had around it, in the order of `LAYERS`.
    """

    def __init__(self, servers: Servers, without: Sequence[str] = ()) -> None:
        super().__init__(Way.WARM, servers)
        self._without = frozenset(without)
        self._lock = threading.Lock()
        self._zygote: ZygoteProcess | None = None
        self.layers: tuple[str, ...] = LAYERS

    @classmethod
    def for_marks(cls, without: Sequence[str] = ()) -> Self:
        """Runs for marks, of which `without` names the layers to leave away.

        Raises:
            UsageError: there are no layers of such names.
        """
        unknown = sorted(set(without) - set(LAYERS))
        if unknown:
            raise UsageError(f"{unknown[0]} is no layer; there are {', '.join(LAYERS)}")
        return cls(WarmServers(), without)

    def run(self, request: Request, expected: Sequence[Item] | None = None) -> RunResult:
        """See `Backend.run`."""
        result = super().run(request, expected)
        if request.part not in ("all", "tests"):
            return result
        reached = self._reached(request, result)
        missing = tuple(layer for layer in LAYERS if layer not in reached)
        self.layers = tuple(layer for layer in self.layers if layer in reached)
        return replace(result, isolation=Isolation(self.way, missing))

    def task_of(self, request: Request) -> Task:
        """What a session is told of `request`."""
        if not self._is_split(request):
            return request.task
        return msgspec.structs.replace(request.task, zygote=str(self._started().address))

    def _is_split(self, request: Request) -> bool:
        is_suite = request.katas[0].manifest.suite is not None
        return "process" not in self._without and request.part in ("all", "tests") and not is_suite

    def _reached(self, request: Request, result: RunResult) -> frozenset[str]:
        if not self._is_split(request):
            return frozenset({"plan"})
        wall = result.notes.get(ISOLATION, WALL)
        return frozenset(SPLIT) | {str(layer) for layer in wall}

    def _started(self) -> ZygoteProcess:
        with self._lock:
            if self._zygote is None:
                self._zygote = ZygoteProcess(
                    is_jailed=not bubblewrap.why_not(), without=self._without
                )
                self._zygote.wait()
            return self._zygote

    @property
    def processes(self) -> int:
        """How many processes there are for answers: at rest, those that wait to start some."""
        return 0 if self._zygote is None else self._zygote.processes

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        if self._zygote is not None:
            self._zygote.close()
