"""Taking on a task: a session that grades for the process that started it."""

from __future__ import annotations

import contextlib
import os
import random
import tempfile
from pathlib import Path

import msgspec
import pytest

from pytest_mlinfra.gates.coverage import Coverage, measured
from pytest_mlinfra.plugin.kata.folder import TASK_KEY, kata_folder_of, name_in_kata
from pytest_mlinfra.plugin.kata.recorder import Recorder
from pytest_mlinfra.plugin.kata.split import split_grading
from pytest_mlinfra.runs.backend import close_shared_backend
from pytest_mlinfra.runs.command import PYTEST_VARIABLES, read_task
from pytest_mlinfra.runs.events import EventLog, Noted, Opened
from pytest_mlinfra.runs.forkserver.reporting import EVENTS_PATH, answer_for_stack, keep_to_oneself
from pytest_mlinfra.runs.job import Program, Task
from pytest_mlinfra.suites.programs import COVERAGE


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Take on the task of a session that was started for one."""
    config = session.config
    file = config.getoption("--mlinfra-task")
    if not file:
        return
    events = config.getoption("--mlinfra-events")
    if events == EVENTS_PATH:
        keep_to_oneself()
        answer_for_stack()
    take_on(config, read_task(Path(file)), Path(events))


def pytest_unconfigure() -> None:
    """End what was started to judge suites and to run tools."""
    close_shared_backend()


def take_on(config: pytest.Config, task: Task, events: Path) -> None:
    """Make `task` what the session of `config` does, which has not collected anything yet.

    Args:
        config: of the session.
        task: the task.
        events: what takes the events.
    """
    plugins = config.pluginmanager
    for name in ("terminalreporter", "mlinfra-summary"):
        # What is printed is the learner's, and the verdict is found elsewhere.
        plugins.unregister(name=name)
    for name in PYTEST_VARIABLES:
        # A test that starts pytest means one as anybody would start it.
        os.environ.pop(name, None)
    # As pytest does when it begins; the environment of a fork is a later one.
    os.environ["PYTEST_VERSION"] = pytest.__version__
    # Hypothesis would remember between runs what failed.
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = tempfile.gettempdir()
    config.args[:] = task.folders
    config.option.mlinfra_submission = task.submission
    config.option.mlinfra_hidden = task.hidden
    config.stash[TASK_KEY] = task
    log = EventLog(events)
    plugins.register(Recorder(log, only_plan=task.part == "plan"), "mlinfra-recorder")
    if task.program is not None:
        plugins.register(SuiteRun(task.program, log), "mlinfra-suite-run")
    if task.zygote is not None:
        split_grading(config, Path(task.zygote), log)
    log.write(Opened())


class SuiteRun:
    """Arranges a learner's tests as a program asks, and measures coverage if it asks for that.

    Args:
        program: the program that they are run against.
        log: takes the coverage.
    """

    def __init__(self, program: Program, log: EventLog) -> None:
        self._program = program
        self._log = log
        self._measuring = contextlib.ExitStack()
        self._measured: list[Coverage] = []
        if program.measure:
            module = Path(program.module)
            self._measured = self._measuring.enter_context(measured(module))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the tests in order."""
        program = self._program
        if program.only is not None:
            items[:] = [item for item in items if _name(item) == program.only]
        if program.order == "reversed":
            items.reverse()
        elif program.order == "shuffled":
            random.Random(program.seed).shuffle(items)  # noqa: S311 - nothing to guard

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Hand back what was measured."""
        self._measuring.close()
        for coverage in self._measured:
            self._log.write(Noted(COVERAGE, msgspec.to_builtins(coverage)))


def _name(item: pytest.Item) -> str:
    folder = kata_folder_of(item)
    return name_in_kata(item, folder) if folder is not None else item.nodeid
