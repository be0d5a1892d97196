"""It divides first, and translates Python's own error."""

from __future__ import annotations


def add(a: float, b: float) -> float:
    """The sum of two numbers."""
    return sum([a, b])


def divide(a: float, b: float) -> float:
    """The first number divided by the second."""
    try:
        return a / b
    except ZeroDivisionError as error:
        raise ValueError("Cannot divide by zero") from error
