# draws: survives-swapped-arguments
"""Looks at the quotient only from one side."""

import pytest
from calculator import add, divide


def test_adds():
    assert add(2, 3) == 5


def test_adds_a_negative_number():
    assert add(5, -3) == 2


def test_divides_to_a_fraction():
    assert divide(7, 2) % 1 != 0


def test_divides_a_number_by_itself():
    assert divide(4, 4) == 1


def test_refuses_zero():
    with pytest.raises(ValueError, match="^Cannot divide by zero$"):
        divide(1, 0)
