"""It works in floats throughout, and multiplies by the reciprocal."""

from __future__ import annotations


def add(a: float, b: float) -> float:
    """The sum of two numbers."""
    return float(b) + float(a)


def divide(a: float, b: float) -> float:
    """The first number divided by the second."""
    if b == 0:
        raise ValueError("Cannot divide by zero")
    return float(a) * (1 / float(b))
