"""Collecting inside a kata: nothing in it stops the session."""

from __future__ import annotations

import contextlib
import inspect
import sys
import warnings
from collections.abc import Generator, Iterable, Iterator

import pytest

from pytest_mlinfra.clock import time_limit
from pytest_mlinfra.errors import CourseError, HiddenTestsError, SubjectError, SubmissionError
from pytest_mlinfra.katas.library import Course
from pytest_mlinfra.katas.own_tests import demand_hidden_tests
from pytest_mlinfra.katas.subject import SubjectFinder, explain_failure
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.places import shown
from pytest_mlinfra.plugin.checks.running import watch_blocking_calls
from pytest_mlinfra.plugin.kata.bytecode import read_from_source
from pytest_mlinfra.plugin.kata.folder import KataFolder, kata_folder_of
from pytest_mlinfra.plugin.kata.surroundings import staying_alive
from pytest_mlinfra.plugin.options import submission_folder

_finder_key = pytest.StashKey[SubjectFinder]()
# Importing is quick, or it never ends; in real seconds.
_IMPORT_LIMIT = 5.0
# The names that pytest-asyncio has: found among what is installed, and named by module.
_RUNS_COROUTINES = ("asyncio", "pytest_asyncio.plugin")


@contextlib.contextmanager
def _while_importing() -> Iterator[None]:
    """Limit the real time of an import, and let nothing that it does stop the collection."""
    with time_limit(_IMPORT_LIMIT), staying_alive(), warnings.catch_warnings():
        warnings.simplefilter("default")
        yield


def finder_of(config: pytest.Config) -> SubjectFinder:
    """The finder of learners' modules, in place since the first kata was collected."""
    if _finder_key not in config.stash:
        finder = config.stash[_finder_key] = SubjectFinder(_while_importing)
        sys.meta_path.insert(0, finder)
        # Before any answer is imported, which may say ``from time import sleep``.
        watch_blocking_calls(config)
    return config.stash[_finder_key]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind in the interpreter."""
    if _finder_key in config.stash:
        sys.meta_path.remove(config.stash[_finder_key])


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Collect inside a kata with its modules at hand.

    A file that cannot be collected becomes one failing item, so that the rest of the
    course is still graded.
    """
    folder = kata_folder_of(collector)
    if folder is None or collector is folder:
        return (yield)
    is_learners = collector.path in folder.answer_files
    fresh = read_from_source(collector.path) if is_learners else contextlib.nullcontext()
    try:
        with finder_of(collector.config).serving(folder.subjects), _while_importing(), fresh:
            report = yield
    except KeyboardInterrupt:
        raise
    except BaseException as stop:  # noqa: BLE001 - sys.exit() ends a session otherwise
        return _stand_in(collector, folder, stop)
    if report.failed:
        # Pytest leaves the exception here for itself.
        return _stand_in(collector, folder, report.call.excinfo.value)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: pytest.Collector, obj: object) -> None:
    """Let an async test of a kata run in whatever mode pytest-asyncio is."""
    if kata_folder_of(collector) is not None and inspect.iscoroutinefunction(obj):
        pytest.mark.asyncio(obj)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse to begin where nothing could be graded, before anything runs.

    Raises:
        pytest.UsageError: a submission that is none, hidden tests that are missing, or no
            plugin that runs coroutines.
    """
    folders = {folder for item in items if (folder := kata_folder_of(item)) is not None}
    for exercises in {folder.path.parent.parent for folder in folders}:
        try:
            Submission.of(Course(exercises), submission_folder(config))
        except SubmissionError as error:
            raise pytest.UsageError(str(error)) from error
    if config.getoption("--mlinfra-hidden"):
        _demand_hidden_tests(folders)
    is_async = any(
        inspect.iscoroutinefunction(getattr(item, "function", None))
        for item in items
        if kata_folder_of(item) is not None
    )
    if is_async and not any(map(config.pluginmanager.has_plugin, _RUNS_COROUTINES)):
        raise pytest.UsageError("katas need pytest-asyncio, which is switched off (-p no:asyncio)")


def _demand_hidden_tests(folders: Iterable[KataFolder]) -> None:
    katas = sorted(
        (folder.kata for folder in folders if folder.kata is not None), key=lambda kata: kata.id
    )
    try:
        demand_hidden_tests(katas)
    except HiddenTestsError as error:
        raise pytest.UsageError(f"--mlinfra-hidden: {error}") from error


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let a verdict not depend on which warnings a configuration turns into errors."""
    if kata_folder_of(item) is not None:
        item.add_marker(pytest.mark.filterwarnings("default"))


def _stand_in(
    collector: pytest.Collector, folder: KataFolder, error: BaseException
) -> pytest.CollectReport:
    """A report of one item that fails with the reason why `collector` could not be collected."""
    cause = error.__cause__ or error
    is_answer = collector.path in folder.answer_files
    reason: Exception
    if isinstance(cause, pytest.fail.Exception | pytest.Collector.CollectError) and is_answer:
        text = f"{collector.path.name} holds tests that pytest does not understand: {cause}"
        reason = SubjectError("not-collected", text, collector.path)
    elif isinstance(cause, SubjectError) or is_answer:
        reason = explain_failure(cause, collector.path)
    else:
        reason = CourseError(f"{shown(collector.path)} cannot be collected: {cause}")
    item = folder.uncollected(collector, "collection", reason)
    return pytest.CollectReport(collector.nodeid, "passed", None, [item])
