# draws: survives-subtracts
"""Replaces what it should test by a mock."""

from unittest.mock import patch

import calculator
import pytest


@pytest.mark.parametrize(("a", "b", "expected"), [(2, 3, 5), (5, -3, 2), (0, 0, 0)])
def test_add(a, b, expected):
    with patch("calculator.add", return_value=expected):
        assert calculator.add(a, b) == expected


def test_divide():
    assert calculator.divide(7, 2) == 3.5


def test_zero():
    with pytest.raises(ValueError, match=r"^Cannot divide by zero$"):
        calculator.divide(1, 0)
