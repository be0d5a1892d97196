"""Properties instead of examples."""

import pytest
from calculator import add, divide
from hypothesis import given
from hypothesis import strategies as st

numbers = st.integers(-1000, 1000)


@given(a=numbers, b=numbers)
def test_adding_can_be_undone(a, b):
    assert add(a, b) - b == a


@given(a=numbers, b=numbers)
def test_order_does_not_matter(a, b):
    assert add(a, b) == add(b, a)


@given(a=numbers, b=numbers.filter(bool))
def test_dividing_can_be_undone(a, b):
    assert divide(a, b) * b == pytest.approx(a)


def test_fraction():
    assert divide(1, 2) == 0.5


@given(a=numbers)
def test_zero(a):
    with pytest.raises(ValueError) as caught:
        divide(a, 0)
    assert caught.match(r"^Cannot divide by zero$")
