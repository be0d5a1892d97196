# draws: syntax-error
"""Is not valid Python."""

import pytest
from calculator import add, divide


def test_adds():
    assert add(2, 3) == 5


def test_broken(:
    assert add(1, 1) == 2
