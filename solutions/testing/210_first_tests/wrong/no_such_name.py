# draws: import-error
"""Imports a name that is not there."""

from calculator import add, multiply


def test_adds():
    assert add(2, 3) == 5
