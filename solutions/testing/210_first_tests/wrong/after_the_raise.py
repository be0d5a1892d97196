# draws: survives-wrong-message
"""Looks at the text where the program never gets to."""

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
