"""A session that waits to collect, and is forked for each task.

Everything up to there is the same for every run in a course: the configuration, the
plugins, their fixtures. What runs import later is imported here.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import re
import socket
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from pytest_mlinfra.katas.answers import reference_files
from pytest_mlinfra.katas.library import Course
from pytest_mlinfra.plugin.kata.task import take_on

# What runs import besides, as a look at `sys.modules` after some told.
_FURTHER = (
    "_pytest.assertion.util",
    "anyio._backends._asyncio",
    "coverage",
    "difflib",
    "encodings.unicode_escape",
    "httpcore._async",
    "httpx",
)
# What learners' own tests may use, where the course asks for tests: each of the dozens of
# runs of a suite would spend a third of a second on it.
_FOR_SUITES = ("hypothesis", "hypothesis.strategies", "hypothesis.core")
_OWN = ("clock", "fleet", "gates", "plugin", "suites")
_IMPORT = re.compile(r"^(?:from|import) ([a-zA-Z_][\w.]*)", re.MULTILINE)


def pytest_configure(config: pytest.Config) -> None:
    """Make a fork server of the session if its starter asked for one."""
    descriptor = config.getoption("--mlinfra-serve")
    if descriptor is not None:
        config.pluginmanager.register(WaitingSession(descriptor), "mlinfra-waiting-session")


class WaitingSession:
    """Waits for jobs where other sessions would collect.

    Args:
        descriptor: of the listening socket.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """Fork for each job; in the fork, take on its task and let the session go on."""
        from pytest_mlinfra.runs.forkserver.reporting import EVENTS_PATH  # noqa: PLC0415
        from pytest_mlinfra.runs.forkserver.server import next_job  # noqa: PLC0415 - Linux

        exercises = Path(session.config.args[0])
        _import_what_runs_need(exercises)
        job = next_job(socket.socket(fileno=self._descriptor))
        assert job.task is not None
        take_on(session.config, job.task, Path(EVENTS_PATH))


def _import_what_runs_need(exercises: Path) -> None:
    course = Course(exercises)
    has_suites = any(kata.manifest.suite is not None for kata in course.katas)
    for_suites = _FOR_SUITES if has_suites else ()
    for name in (*_FURTHER, *for_suites, *_own_modules(), *_imports_of(course)):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if find_spec("sniffio") is None:
        # Httpcore looks for it at every request; to look in vain takes longer than all
        # else that a request does.
        sys.modules["sniffio"] = None  # type: ignore[assignment] # known not to be there


def _own_modules() -> Iterator[str]:
    for name in _OWN:
        package = importlib.import_module(f"pytest_mlinfra.{name}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield module.name


def _imports_of(course: Course) -> set[str]:
    """What the course's own tests and references import; learners' files are not looked at."""
    files: list[Path] = []
    for kata in course.katas:
        files += reference_files(kata).values()
        files += {*kata.folder.glob("test_*.py")} - {kata.folder / x for x in kata.manifest.write}
    texts = (file.read_text("utf-8") for file in files if file.suffix == ".py" and file.is_file())
    return {name for text in texts for name in _IMPORT.findall(text)}
