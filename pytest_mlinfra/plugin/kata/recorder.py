"""Writing down what a session does while it does it, for the process that started it."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import msgspec
import pytest

from pytest_mlinfra.grading.result import Item
from pytest_mlinfra.katas.frames import innermost_place
from pytest_mlinfra.plugin.kata.folder import KataFolder
from pytest_mlinfra.plugin.kata.outcomes import graded, planned_item
from pytest_mlinfra.runs.events import (
    Ended,
    EventLog,
    Finished,
    Interrupted,
    Left,
    Noted,
    Planned,
    Started,
)
from pytest_mlinfra.runs.grade import SUITE
from pytest_mlinfra.runs.result import SUBTEST


class Recorder:
    """Turns pytest's hooks into events.

    Args:
        log: what takes them.
        only_plan: whether the session is over as soon as it knows what it would do.
    """

    def __init__(self, log: EventLog, *, only_plan: bool = False) -> None:
        self._log = log
        self._only_plan = only_plan
        self._names: dict[str, str] = {}
        self._folders: list[KataFolder] = []

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        """Something is going to be collected."""
        if isinstance(collector, KataFolder):
            self._folders.append(collector)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Every item is known, and none has run."""
        if sys.exc_info()[0] is not None:
            return  # pytest says so, too, when the collection is broken off
        plan: list[Item] = []
        for item in session.items:
            planned = planned_item(item)
            if planned is not None:
                plan.append(planned)
                self._names[item.nodeid] = planned.name
        self._log.write(Planned(tuple(plan)))
        if self._only_plan:
            self._end(pytest.ExitCode.OK)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """An item begins."""
        if nodeid in self._names:
            self._log.write(Started(self._names[nodeid]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A phase of an item, or a part of a test, has ended."""
        item = graded(report)
        if item is None:
            return
        result = item.result
        if isinstance(report, pytest.SubtestReport):
            result = msgspec.structs.replace(result, phase=SUBTEST)
        self._log.write(Finished(result))

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """An item is over."""
        if nodeid in self._names:
            self._log.write(Left(self._names[nodeid]))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Nobody is there to press Ctrl-C: it is the learner's code that breaks off."""
        is_exit = isinstance(excinfo.value, pytest.exit.Exception)
        by = "pytest.exit" if is_exit else KeyboardInterrupt.__name__
        files = [path for folder in self._folders for path in folder.answer_files]
        place = innermost_place(excinfo.value, files)
        if place is None:
            self._log.write(Interrupted(by))
        else:
            self._log.write(Interrupted(by, str(place.path), place.line))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> NoReturn:
        """The session came to its end, and so does the process.

        All that pytest would still do is for a reader, and there is none: the summary
        alone would import hypothesis, which takes longer than most runs.
        """
        for folder in self._folders:
            suite = folder.results_of_suite
            if suite:
                self._log.write(Noted(SUITE, msgspec.to_builtins(suite)))
        error = sys.exception()
        if isinstance(error, pytest.UsageError):
            # Pytest would have said it after this.
            sys.stderr.write(f"{error}\n")
        self._end(exitstatus)

    def _end(self, exit_code: int) -> NoReturn:
        self._log.write(Ended(int(exit_code)))
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(exit_code))
