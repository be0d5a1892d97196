"""Tests of calculator.py."""

# TODO: import what you test from calculator, and write your tests below.
