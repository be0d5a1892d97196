# draws: over-specified
"""Compares decimal fractions to the last bit."""

import pytest
from calculator import add, divide


def test_adds():
    assert add(2, 3) == 5


def test_adds_negative():
    assert add(5, -3) == 2


def test_divides():
    assert divide(7, 2) == 3.5


def test_divides_negative():
    assert divide(-9, 4) == -2.25


def test_zero():
    with pytest.raises(ValueError) as caught:
        divide(1, 0)
    assert str(caught.value) == "Cannot divide by zero"


def test_tenths():
    assert [divide(n, 10) for n in range(9)] == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
