# draws: needs-another-test
"""One test fails when it runs alone."""

import pytest
from calculator import add, divide

seen = []
runs = []


@pytest.fixture(autouse=True)
def count():
    runs.append(1)


def not_first():
    return len(runs) > 1



def test_adds():
    seen.append("adds")
    assert add(2, 3) == 5


def test_adds_a_negative_number():
    seen.append("adds")
    assert add(5, -3) == 2


def test_divides():
    assert divide(7, 2) == 3.5


def test_divides_a_negative_number():
    assert divide(-9, 4) == -2.25


def test_refuses_zero():
    with pytest.raises(ValueError, match="^Cannot divide by zero$"):
        divide(1, 0)


def test_another_was_there():
    assert seen or not_first()
