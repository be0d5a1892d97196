"""Assertions about what model servers saw that a person can read."""

from pytest_mlinfra.fleet.expectations.expectation import Expectation

__all__ = ["Expectation"]
