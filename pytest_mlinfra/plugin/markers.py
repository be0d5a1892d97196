"""The markers, and what they say about a test."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from pytest_mlinfra.plugin.discovery import is_in_kata

_MARKERS = (
    "points(n): what the test is worth in a kata, a number from 0",
    "message(id): the id of what a failure of the test tells; its docstring is the headline",
)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse markers that make no sense before anything runs.

    In a kata, only those of its own tests are looked at, and when they are needed:
    learners may put on theirs what they like.
    """
    for item in items:
        if not is_in_kata(item):
            marked_points(item)
            message_id(item)


def marked_points(item: pytest.Item) -> float | None:
    """The figure of the marker `points`, if `item` has one.

    Raises:
        pytest.UsageError: it is not a number from 0.
    """
    marker = item.get_closest_marker("points")
    if marker is None:
        return None
    figure = marker.args[0] if len(marker.args) == 1 else None
    if isinstance(figure, bool) or not isinstance(figure, int | float) or figure < 0:
        given = ", ".join(map(repr, marker.args))
        raise pytest.UsageError(
            f"{item.nodeid}: points({given}) has to be one number from 0, as in points(2)"
        )
    return float(figure)


def message_id(item: pytest.Item) -> str | None:
    """The id of the marker `message`, if `item` has one.

    Raises:
        pytest.UsageError: it is not one string.
    """
    marker = item.get_closest_marker("message")
    if marker is None:
        return None
    if len(marker.args) != 1 or not isinstance(marker.args[0], str):
        given = ", ".join(map(repr, marker.args))
        raise pytest.UsageError(
            f"{item.nodeid}: message({given}) has to be one string, as in message('one-by-one')"
        )
    return marker.args[0]


def headline_of(item: pytest.Item) -> str:
    """What a test is about: the first line of its docstring, or its name in words."""
    function: Any = getattr(item, "function", None)
    docstring = inspect.getdoc(function) if function is not None else None
    if docstring:
        return docstring.splitlines()[0]
    return f"{item.name.removeprefix('test_').replace('_', ' ')}."
