# draws: survives-ignores-negative
"""Never adds a number below zero."""

import pytest
from calculator import add, divide


def test_adds():
    assert add(2, 3) == 5


def test_adds_more():
    assert add(10, 20) == 30


def test_divides():
    assert divide(7, 2) == 3.5


def test_divides_a_negative_number():
    assert divide(-9, 4) == -2.25


def test_refuses_zero():
    with pytest.raises(ValueError, match="^Cannot divide by zero$"):
        divide(1, 0)
