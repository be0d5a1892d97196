"""No pytest at all, only asserts."""

import calculator


def test_sum():
    assert calculator.add(2, 5) == 7


def test_difference():
    assert calculator.add(2, -5) == -3


def test_quotient():
    assert calculator.divide(2, 5) == 0.4


def test_negative_quotient():
    assert calculator.divide(-3, 2) == -1.5


def test_zero():
    try:
        calculator.divide(2, 0)
    except ValueError as error:
        assert str(error) == "Cannot divide by zero"
    else:
        raise AssertionError("no error")
