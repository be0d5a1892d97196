"""Tests in classes, with a fixture."""

import pytest
from calculator import add, divide


class TestAdd:
    def test_positive(self):
        assert add(20, 22) == 42

    def test_negative(self):
        assert add(-20, -22) == -42


class TestDivide:
    @pytest.fixture
    def message(self):
        return "Cannot divide by zero"

    def test_fraction(self):
        assert divide(1, 8) == 0.125

    def test_negative(self):
        assert divide(-1, 8) == pytest.approx(-0.125)

    def test_zero(self, message):
        with pytest.raises(ValueError) as caught:
            divide(5, 0)
        assert str(caught.value) == message
