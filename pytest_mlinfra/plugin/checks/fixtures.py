"""Fixtures that may still close, after the test, what the test has opened."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Generator
from functools import partial

import pytest

from pytest_mlinfra.plugin.checks.settings import checks_of

# Fixtures of these clean up after themselves, and after nobody else.
_TIDY = ("_pytest.", "pytest_asyncio.", "pytest_mlinfra.")
# Fixtures of pytest's own that call a ``teardown_method`` and its like.
_FOR_CLASSES = ("_xunit", "_unittest")

_has_helpers = pytest.StashKey[bool]()
_late = pytest.StashKey[list[Callable[[], None]]]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Take note of fixtures that clean up, and find the last moment with a loop."""
    if request.scope != "function" or checks_of(request.node) is None:
        return (yield)
    if _cleans_up(fixturedef):
        request.node.stash[_has_helpers] = True
    value = yield
    if isinstance(value, asyncio.Runner):
        # What is added first is called last: every fixture that uses the loop has been
        # torn down by then, and the loop is still there.
        fixturedef.addfinalizer(partial(do_late_work, request.node))
    return value


def has_helpers(item: pytest.Item) -> bool:
    """Whether a fixture of `item` may close what is open when the test has ended."""
    return item.stash.get(_has_helpers, False)


def work_late(item: pytest.Item, work: Callable[[], None]) -> None:
    """Do `work` when the fixtures of `item` have been torn down."""
    item.stash[_late] = [work]


def do_late_work(item: pytest.Item) -> None:
    """Do what was put off, if that has not happened yet."""
    for work in item.stash.get(_late, []):
        item.stash[_late] = []
        work()


def _cleans_up(fixturedef: pytest.FixtureDef[object]) -> bool:
    from pytest_mlinfra.clock.blame import is_library  # noqa: PLC0415 - only when used

    if fixturedef.argname.startswith(_FOR_CLASSES):
        return True
    function = inspect.unwrap(fixturedef.func)
    if f"{getattr(function, '__module__', '')}.".startswith(_TIDY):
        return False
    # What a plugin does around every test has nothing to do with this one.
    code = getattr(function, "__code__", None)
    if getattr(fixturedef, "_autouse", False) and code and is_library(code.co_filename):
        return False
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        return True
    # It may add finalizers.
    return "request" in fixturedef.argnames
