# draws: survives-subtracts
"""Runs through every line and asserts nothing."""

from calculator import add, divide


def test_adds():
    add(2, 3)


def test_adds_negative():
    add(5, -3)


def test_divides():
    divide(7, 2)


def test_divides_negative():
    divide(-9, 4)


def test_zero():
    try:
        divide(1, 0)
    except ValueError:
        pass
