"""Two functions that your tests are to keep right. This file is correct: leave it as it is."""

from __future__ import annotations


def add(a: float, b: float) -> float:
    """The sum of two numbers."""
    return a + b


def divide(a: float, b: float) -> float:
    """The first number divided by the second.

    Raises:
        ValueError: ``b`` is zero; its text is ``Cannot divide by zero``.
    """
    if b == 0:
        raise ValueError("Cannot divide by zero")
    return a / b
