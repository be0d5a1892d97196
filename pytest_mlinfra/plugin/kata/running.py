"""Running an item of a kata: its modules at hand, its limits set, its surroundings quiet."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from pytest_mlinfra.clock import time_limit
from pytest_mlinfra.clock.blame import suspended_frames
from pytest_mlinfra.errors import TimeLimitError
from pytest_mlinfra.grading.explain import explain
from pytest_mlinfra.grading.message import FallsShortError, Message
from pytest_mlinfra.katas.frames import innermost_place
from pytest_mlinfra.places import Place, shown
from pytest_mlinfra.plugin.kata.collection import finder_of
from pytest_mlinfra.plugin.kata.folder import KataFolder, kata_folder_of
from pytest_mlinfra.plugin.kata.items import GradedItem, UncollectedItem
from pytest_mlinfra.plugin.kata.surroundings import quiet_surroundings
from pytest_mlinfra.plugin.loops import latest_virtual_loop

# Real seconds that a test may take after another of its kata has passed the limit: the
# cause is likely the same, and nobody wants to wait for it once per test.
_LIMIT_AFTER_ONE = 1.0
_limit_was_passed = pytest.StashKey[bool]()
_NOT_TORN_DOWN = "The test leaves something behind that cannot be cleared away."


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Serve the kata's modules, and keep the machine's own settings out of its tests."""
    folder = kata_folder_of(item)
    if folder is None:
        return (yield)
    with finder_of(item.config).serving(folder.subjects), quiet_surroundings():
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what was not begun, and fail at once where the answer cannot be imported."""
    folder = kata_folder_of(item)
    if folder is None or isinstance(item, UncollectedItem):
        return
    if folder.is_untouched:
        pytest.skip("pending: not begun yet")
    failure = folder.subjects.failure
    if failure is not None and not isinstance(item, GradedItem):
        raise failure


@pytest.hookimpl(specname="pytest_runtest_setup", wrapper=True, tryfirst=True)
def limit_setup(item: pytest.Item) -> Generator[None]:
    """Set up within the limit."""
    with _limited(item, kata_folder_of(item)):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Run within the limit, and the checks with it."""
    folder = kata_folder_of(item)
    if folder is None or isinstance(item, GradedItem):
        return (yield)
    try:
        with _limited(item, folder):
            return (yield)
    except SystemExit as error:
        raise FallsShortError(explain(error, folder.answer_files, "")) from error


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Tear down within the limit, and to the end, whatever comes up on the way."""
    folder = kata_folder_of(item)
    if folder is None:
        return (yield)
    for (
        finalizers,
        _error,
    ) in item.session._setupstate.stack.values():  # noqa: SLF001 - no other way
        finalizers[:] = [
            each if isinstance(each, _Finalizer) else _Finalizer(each, folder)
            for each in finalizers
        ]
    with _limited(item, folder):
        return (yield)


class _Finalizer:
    """One finalizer of pytest's, whose failure does not keep it from the others.

    Pytest breaks off at what is no `Exception`, and could set up no further test.
    """

    def __init__(self, finalize: Callable[[], object], folder: KataFolder) -> None:
        self._finalize = finalize
        self._folder = folder

    def __call__(self) -> None:
        try:
            self._finalize()
        except TimeLimitError as error:
            raise FallsShortError(_about_limit(error, self._folder)) from error
        except (SystemExit, asyncio.CancelledError) as error:
            message = explain(error, self._folder.answer_files, _NOT_TORN_DOWN)
            raise FallsShortError(message) from error


@contextlib.contextmanager
def _limited(item: pytest.Item, folder: KataFolder | None) -> Iterator[None]:
    """Limit the real time of a kata's test; gates and suites have limits of their own."""
    if folder is None or isinstance(item, GradedItem):
        yield
        return
    seconds = folder.limits.test
    if folder.stash.get(_limit_was_passed, False):
        seconds = min(seconds, _LIMIT_AFTER_ONE)
    try:
        with time_limit(seconds):
            yield
    except TimeLimitError as error:
        folder.stash[_limit_was_passed] = True
        raise FallsShortError(_about_limit(error, folder)) from error


def _about_limit(error: TimeLimitError, folder: KataFolder) -> Message:
    """Where the answer was when its time was up: in a loop, or suspended in one of its tasks."""
    place = innermost_place(error, folder.answer_files) or _suspended_place(folder)
    return Message(
        id="time-limit",
        headline=f"The test {error}.",
        evidence=f"It was here: {place.text}" if place else "",
        path=shown(place.path) if place else None,
        line=place.line if place else None,
    )


def _suspended_place(folder: KataFolder) -> Place | None:
    """The line of the answer's that a task of the latest loop waits at; the oldest task's."""
    loop = latest_virtual_loop()
    names = {str(path) for path in folder.answer_files}
    tasks = asyncio.all_tasks(loop) if loop is not None else ()
    for task in sorted(tasks, key=lambda task: (len(task.get_name()), task.get_name())):
        for frame in reversed(list(suspended_frames(task.get_coro()))):
            code = frame.f_code
            if code.co_filename in names:
                return Place(Path(code.co_filename), frame.f_lineno, code.co_name)
    return None
