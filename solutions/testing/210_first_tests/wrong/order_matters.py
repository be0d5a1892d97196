# draws: order-dependent
"""Each test relies on nobody of those below it having come before."""

import pytest
from calculator import add, divide

seen = []


def nobody_came_before(place):
    assert [before for before in seen if before > place] == []
    seen.append(place)


def test_adds():
    nobody_came_before(1)
    assert add(2, 3) == 5


def test_adds_a_negative_number():
    nobody_came_before(2)
    assert add(5, -3) == 2


def test_divides():
    nobody_came_before(3)
    assert divide(7, 2) == 3.5


def test_divides_a_negative_number():
    nobody_came_before(4)
    assert divide(-9, 4) == -2.25


def test_takes_numbers_that_are_not_whole():
    nobody_came_before(5)
    assert add(0.25, 0.5) == 0.75


def test_swaps_nothing():
    nobody_came_before(6)
    assert divide(2, 8) == 0.25


def test_refuses_zero():
    nobody_came_before(7)
    with pytest.raises(ValueError, match="^Cannot divide by zero$"):
        divide(1, 0)
