# draws: too-few-tests
"""Has everything, in one test."""

import pytest
from calculator import add, divide


def test_everything():
    assert add(2, 3) == 5
    assert add(5, -3) == 2
    assert divide(7, 2) == 3.5
    with pytest.raises(ValueError, match="^Cannot divide by zero$"):
        divide(1, 0)
