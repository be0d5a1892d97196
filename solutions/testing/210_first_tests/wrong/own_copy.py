# draws: other-program
"""Tests a copy of the program that it has brought along."""

import pytest

def add(a, b):
    return a + b


def divide(a, b):
    if b == 0:
        raise ValueError("Cannot divide by zero")
    return a / b


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
