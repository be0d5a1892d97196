"""It uses the operator module, and an error of its own that is a ValueError."""

from __future__ import annotations

import operator


class DivisionByZero(ValueError):
    """The second number is zero."""


def add(a: float, b: float) -> float:
    """The sum of two numbers."""
    return operator.add(a, b)


def divide(a: float, b: float) -> float:
    """The first number divided by the second."""
    if not b:
        raise DivisionByZero("Cannot divide by zero")
    return operator.truediv(a, b)
