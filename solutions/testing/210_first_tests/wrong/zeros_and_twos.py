# draws: survives-subtracts
"""Uses numbers for which wrong formulas come out right."""

import pytest
from calculator import add, divide


def test_adds_zero():
    assert add(2, 0) == 2


def test_adds_zeros():
    assert add(0, 0) == 0


def test_divides():
    assert divide(7, 2) == 3.5


def test_divides_a_negative_number():
    assert divide(-9, 4) == -2.25


def test_refuses_zero():
    with pytest.raises(ValueError, match="^Cannot divide by zero$"):
        divide(1, 0)
