"""Tables of examples."""

import pytest
from calculator import add, divide

SUMS = [(1, 2, 3), (-1, -2, -3), (0.5, 0.25, 0.75)]
QUOTIENTS = [(7, 2, 3.5), (2, 8, 0.25), (10, 3, 10 / 3)]


@pytest.mark.parametrize(("a", "b", "expected"), SUMS)
def test_add(a, b, expected):
    assert add(a, b) == pytest.approx(expected)


@pytest.mark.parametrize(("a", "b", "expected"), QUOTIENTS, ids=str)
def test_divide(a, b, expected):
    assert divide(a, b) == pytest.approx(expected)


@pytest.mark.parametrize("a", [1, -1, 0, 2.5])
def test_divide_by_zero(a):
    with pytest.raises(ValueError, match="^Cannot divide by zero$"):
        divide(a, 0)
