"""Writing down what a session does while it does it, for the process that started it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from pytest_mlinfra.grading.result import Item
from pytest_mlinfra.plugin.kata.outcomes import graded, planned_item
from pytest_mlinfra.runs.events import Ended, EventLog, Finished, Opened, Planned, Started


def pytest_configure(config: pytest.Config) -> None:
    """Record the session if its starter asked for it."""
    path = config.getoption("--mlinfra-events")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(Path(path)), "mlinfra-recorder")


class Recorder:
    """Turns pytest's hooks into events.

    Args:
        path: the file that takes them.
    """

    def __init__(self, path: Path) -> None:
        self.log = EventLog(path)
        self._names: dict[str, str] = {}

    def pytest_sessionstart(self) -> None:
        """The grader is ready."""
        self.log.write(Opened())

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Every item is known, and none has run."""
        plan: list[Item] = []
        for item in session.items:
            planned = planned_item(item)
            if planned is not None:
                plan.append(planned)
                self._names[item.nodeid] = planned.name
        self.log.write(Planned(tuple(plan)))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """An item begins."""
        if nodeid in self._names:
            self.log.write(Started(self._names[nodeid]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """An item has ended, or its tear-down has failed after that."""
        item = graded(report)
        if item is not None:
            self.log.write(Finished(item.result))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> NoReturn:
        """The session came to its end, and so does the process.

        All that pytest would still do is for a reader, and there is none: the summary
        alone would import hypothesis, which takes longer than most runs.
        """
        self.log.write(Ended(int(exitstatus)))
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(exitstatus))
