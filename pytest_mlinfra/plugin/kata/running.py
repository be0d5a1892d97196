"""Running an item of a kata: its modules at hand, its limits set, its surroundings quiet."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from pytest_mlinfra.clock import BlockingCall, time_limit
from pytest_mlinfra.errors import TimeLimitError
from pytest_mlinfra.grading.message import FallsShortError, Message
from pytest_mlinfra.katas.paths import shown
from pytest_mlinfra.plugin.fixtures import NETWORK_KEY
from pytest_mlinfra.plugin.kata.collection import finder_of
from pytest_mlinfra.plugin.kata.folder import ANSWERS_KEY, KataFolder, kata_folder_of
from pytest_mlinfra.plugin.kata.items import GradedItem, UncollectedItem
from pytest_mlinfra.plugin.loops import latest_virtual_loop

# Real seconds that a test may take after another of its kata has passed the limit: the
# cause is likely the same, and nobody wants to wait for it once per test.
_LIMIT_AFTER_ONE = 1.0
_limit_was_passed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Serve the kata's modules, and keep the machine's own settings out of its tests."""
    folder = kata_folder_of(item)
    if folder is None:
        return (yield)
    answers = item.config.stash.get(ANSWERS_KEY, None)
    if answers is not None:
        item.stash[NETWORK_KEY] = answers.network
    with finder_of(item.config).serving(folder.subjects), pytest.MonkeyPatch.context() as patch:
        # A proxy of the machine's would come between a client and the fleet.
        patch.setenv("NO_PROXY", "*")
        # Reading the usual certificates takes 40 ms for each httpx.AsyncClient, and
        # not knowing any takes 1 ms.
        patch.delenv("SSL_CERT_FILE", raising=False)
        patch.setenv("SSL_CERT_DIR", os.devnull)
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
    """Run a test of a kata within its limit; a call that blocks the loop is a failure."""
    folder = kata_folder_of(item)
    if folder is None or isinstance(item, GradedItem):
        return (yield)
    try:
        with _limited(item, folder):
            result = yield
    except Exception as error:
        blocking = _blocking_call(folder)
        if blocking is not None:
            raise FallsShortError(_about_blocking(blocking)) from error
        raise
    blocking = _blocking_call(folder)
    if blocking is not None:
        raise FallsShortError(_about_blocking(blocking))
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Tear down within the limit."""
    with _limited(item, kata_folder_of(item)):
        return (yield)


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
    except TimeLimitError:
        folder.stash[_limit_was_passed] = True
        raise


def _blocking_call(folder: KataFolder) -> BlockingCall | None:
    """The first call of the answer's own that blocked the loop of the latest test."""
    answers = folder.config.stash.get(ANSWERS_KEY, None)
    loop = latest_virtual_loop()
    names = {str(path) for path in folder.answer_files}
    if answers is not None:
        calls = answers.review(folder)
    else:
        calls = loop.blocking_calls if loop is not None else []
    return next((call for call in calls if call.path in names), None)


def _about_blocking(call: BlockingCall) -> Message:
    return Message(
        id="blocking-call",
        headline=f"{call.function} blocks the event loop for {call.seconds:g} s: "
        "nothing else runs meanwhile.",
        evidence="A coroutine waits by awaiting; asyncio has a sleep of its own for that.",
        path=shown(Path(call.path)),
        line=call.line,
    )
