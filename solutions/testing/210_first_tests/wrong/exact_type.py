# draws: over-specified
"""Asks for an int, which nobody promised."""

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


def test_sum_is_an_int():
    assert type(add(1, 2)) is int
