"""What an expectation says when it is not met."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_mlinfra.errors import ExpectationError

SCREEN = (80, 24)  # columns and lines


def complaint_of(expect: Callable[[], object]) -> str:
    """The text of the failure of `expect`, which has to fit a screen, indented by pytest."""
    with pytest.raises(ExpectationError) as caught:
        expect()
    assert isinstance(caught.value, AssertionError)
    text = str(caught.value)
    columns, lines = SCREEN
    assert len(text.splitlines()) <= lines
    assert max(map(len, text.splitlines())) <= columns - len("E       ")
    return text
