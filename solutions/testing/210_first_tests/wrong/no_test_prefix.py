# draws: too-few-tests
"""Calls its tests something else, so that pytest finds none."""

import pytest
from calculator import add, divide


def check_adds():
    assert add(2, 3) == 5


def check_adds_negative():
    assert add(5, -3) == 2


def check_divides():
    assert divide(7, 2) == 3.5


def check_divides_negative():
    assert divide(-9, 4) == -2.25


def check_zero():
    with pytest.raises(ValueError) as caught:
        divide(1, 0)
    assert str(caught.value) == "Cannot divide by zero"
