"""Running one suite against many programs: a fork for each, before anything is collected.

The parent has pytest configured and imported nothing of the learner's. Each child
puts its program in the place of the module under test and then goes on as pytest
would have done; so every program meets a fresh interpreter at the price of a fork.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from pytest_mlinfra.gates.coverage import Coverage, measured
from pytest_mlinfra.plugin.kata.folder import PROGRAM_KEY, kata_folder_of, name_in_kata
from pytest_mlinfra.plugin.kata.recorder import Recorder
from pytest_mlinfra.runs.events import EventLog, Noted, Opened, read_events
from pytest_mlinfra.runs.result import result_of
from pytest_mlinfra.suites.report import is_green
from pytest_mlinfra.suites.request import (
    COVERAGE,
    PROGRAM,
    TIMED_OUT,
    Program,
    SuiteRequest,
    alone,
    log_name,
)

# Every further program may take so many times what the reference took, and no fewer
# real seconds than the least.
_PATIENCE = 10
_LEAST_SECONDS = 1.0
_POLL_SECONDS = 0.002


def pytest_configure(config: pytest.Config) -> None:
    """Turn the session into a runner of programs if its starter asked for one."""
    path = config.getoption("--mlinfra-suite")
    if not path:
        return
    if not hasattr(os, "fork"):
        raise pytest.UsageError("grading a suite needs a platform that can fork")
    request = msgspec.json.decode(Path(path).read_bytes(), type=SuiteRequest)
    config.pluginmanager.register(SuiteParent(request), "mlinfra-suite-parent")


@dataclass
class _Child:
    program: Program
    log: Path
    started: float
    limit: float


class SuiteParent:
    """Runs every program of a request in a child, as many at once as there are processors."""

    def __init__(self, request: SuiteRequest) -> None:
        self._request = request
        self._logs = Path(request.logs)
        self._count = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> object | None:
        """In a child, go on to collect; in the parent, be done when every child is."""
        request = self._request
        started = time.perf_counter()
        log = self._logs / log_name(0)
        if self._run([request.reference], request.seconds, session.config):
            return None
        reference = result_of(read_events(log))
        if is_green(reference):
            limit = max(_LEAST_SECONDS, _PATIENCE * (time.perf_counter() - started))
            programs = list(request.programs)
            if request.alone:
                tests = [result.item.name for result in reference.results]
                programs += [alone(request.reference, test) for test in tests]
            if self._run(programs, limit, session.config):
                return None
        return session

    def _run(self, programs: Sequence[Program], limit: float, config: pytest.Config) -> bool:
        """Run `programs`. Returns True in each child, and False in the parent, at the end."""
        children: dict[int, _Child] = {}
        for program in programs:
            while len(children) >= (os.cpu_count() or 1):
                _reap(children)
            log = self._logs / log_name(self._count)
            self._count += 1
            EventLog(log).write(Noted(PROGRAM, program.name))
            pid = os.fork()
            if pid == 0:
                _become(program, log, self._request, config)
                return True
            children[pid] = _Child(program, log, time.perf_counter(), limit)
        while children:
            _reap(children)
        return False


def _reap(children: dict[int, _Child]) -> None:
    """Take leave of the children that have ended, and end those that take too long."""
    for pid, child in list(children.items()):
        taken = time.perf_counter() - child.started
        if os.waitpid(pid, os.WNOHANG)[0]:
            del children[pid]
        elif taken > child.limit:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            EventLog(child.log).write(Noted(TIMED_OUT, taken))
            del children[pid]
    time.sleep(_POLL_SECONDS)


def _become(program: Program, log: Path, request: SuiteRequest, config: pytest.Config) -> None:
    """Make this process, just forked, the one that runs the suite against `program`."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    config.stash[PROGRAM_KEY] = program
    recorder = Recorder(log)
    recorder.log.write(Opened())
    child = SuiteChild(program, request, recorder.log)
    config.pluginmanager.register(child, "mlinfra-suite-child")
    config.pluginmanager.register(recorder, "mlinfra-recorder")


class SuiteChild:
    """Arranges the tests as the program asks, and measures coverage if it asks for that."""

    def __init__(self, program: Program, request: SuiteRequest, log: EventLog) -> None:
        self._program = program
        self._random = random.Random(request.seed)  # noqa: S311 - nothing to guard
        self._log = log
        self._measuring = contextlib.ExitStack()
        self._measured: list[Coverage] = []
        if program.measure:
            self._measured = self._measuring.enter_context(measured(Path(request.module)))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the tests in order."""
        program = self._program
        if program.only is not None:
            items[:] = [item for item in items if _name(item) == program.only]
        if program.order == "reversed":
            items.reverse()
        elif program.order == "shuffled":
            self._random.shuffle(items)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Hand back what was measured."""
        self._measuring.close()
        for coverage in self._measured:
            self._log.write(Noted(COVERAGE, msgspec.to_builtins(coverage)))


def _name(item: pytest.Item) -> str:
    folder = kata_folder_of(item)
    return name_in_kata(item, folder) if folder is not None else item.nodeid
