"""Tests of calculator.py."""

import pytest
from calculator import add, divide


def test_adds_two_positive_numbers():
    # 2 + 2 would not do: it also is 2 * 2.
    assert add(2, 3) == 5


def test_adds_a_negative_second_number():
    assert add(5, -3) == 2


def test_divides_to_a_fraction():
    # A floor division would give 3, and the arguments the other way round 0.2857…
    assert divide(7, 2) == 3.5


def test_divides_a_negative_number():
    assert divide(-9, 4) == -2.25


def test_refuses_to_divide_by_zero():
    with pytest.raises(ValueError) as caught:
        divide(1, 0)
    # The whole text: a match would also accept it inside of another one.
    assert str(caught.value) == "Cannot divide by zero"
