"""The markers `explore` and `cancel_everywhere`, and what they say about a test."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import pytest

EXPLORE = "explore"
CANCEL = "cancel_everywhere"
_DECLARED = (
    "explore(seeds=50, jitter=0.0): run the async test in many orders of its tasks' steps",
    "cancel_everywhere(only=(), at_most=200, invariant=None): cancel the async test at each await",
)
# The arguments of each, in their order.
_PARAMETERS = {EXPLORE: ("seeds", "jitter"), CANCEL: ("only", "at_most", "invariant")}


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    for marker in _DECLARED:
        config.addinivalue_line("markers", marker)


def is_repeated(item: pytest.Item) -> bool:
    """Whether `item` has one of the markers."""
    return any(item.get_closest_marker(name) is not None for name in _PARAMETERS)


def arguments(item: pytest.Item, name: str) -> Mapping[str, Any] | None:
    """The arguments of the marker `name`, by their names; None if `item` does not have it.

    Raises:
        pytest.UsageError: it takes no such arguments.
    """
    marker = item.get_closest_marker(name)
    if marker is None:
        return None
    parameters = _PARAMETERS[name]
    given: dict[str, Any] = {**dict(zip(parameters, marker.args, strict=False)), **marker.kwargs}
    if len(marker.args) > len(parameters) or not given.keys() <= set(parameters):
        shown = [*map(repr, marker.args), *(f"{key}={value!r}" for key, value in given.items())]
        raise pytest.UsageError(
            f"{item.nodeid}: {name}({', '.join(shown)}) takes {', '.join(parameters)} and "
            "nothing else"
        )
    return given


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse markers that make no sense before anything runs."""
    for item in items:
        if is_repeated(item):
            _check(item, config)


def _check(item: pytest.Item, config: pytest.Config) -> None:
    from pytest_mlinfra.clock.exploration import (  # noqa: PLC0415 - when they are used
        check_at_most,
        check_numbers,
        module_names,
    )
    from pytest_mlinfra.errors import UsageError  # noqa: PLC0415

    exploring, cancelling = arguments(item, EXPLORE), arguments(item, CANCEL)
    name = EXPLORE if exploring is not None else CANCEL
    if exploring is not None and cancelling is not None:
        raise pytest.UsageError(
            f"{item.nodeid}: {EXPLORE} and {CANCEL} cannot be combined; write two tests"
        )
    function: Any = getattr(item, "function", None)
    if getattr(function, "is_hypothesis_test", False):
        raise pytest.UsageError(
            f"{item.nodeid}: {name} cannot be combined with @given. Call "
            f"pytest_mlinfra.clock.exploration.{name}() in a test that is not async instead: "
            "it explores each example"
        )
    if not inspect.iscoroutinefunction(function):
        raise pytest.UsageError(
            f"{item.nodeid}: {name} is for async tests; another test asks for the fixture "
            f"{name} and calls it with an async function"
        )
    marker = item.get_closest_marker("asyncio")
    if marker is None:
        raise pytest.UsageError(
            f"{item.nodeid}: {name} is for tests of pytest-asyncio: mark it with asyncio, too, "
            "or set asyncio_mode = auto"
        )
    scope = marker.kwargs.get("loop_scope") or config.getini("asyncio_default_test_loop_scope")
    if scope != "function":
        raise pytest.UsageError(
            f"{item.nodeid}: {name} gives each run a loop of its own, so the test's loop scope "
            f"has to be function, not {scope}"
        )
    try:
        if exploring is not None:
            check_numbers(exploring.get("seeds", 1), exploring.get("jitter", 0))
        if cancelling is not None:
            check_at_most(cancelling.get("at_most", 1))
            module_names(cancelling.get("only", ()))
    except UsageError as error:
        raise pytest.UsageError(f"{item.nodeid}: {name}: {error}") from None
