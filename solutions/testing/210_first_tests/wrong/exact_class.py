# draws: over-specified
"""Asks for ValueError itself, and no subclass."""

import pytest
from calculator import add, divide


def test_adds():
    assert add(2, 3) == 5


def test_adds_a_negative_number():
    assert add(5, -3) == 2


def test_divides():
    assert divide(7, 2) == 3.5


def test_divides_a_negative_number():
    assert divide(-9, 4) == -2.25


def test_refuses_zero():
    with pytest.raises(ValueError, match="^Cannot divide by zero$"):
        divide(1, 0)


def test_class():
    with pytest.raises(ValueError) as caught:
        divide(1, 0)
    assert type(caught.value) is ValueError
