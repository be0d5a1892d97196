"""Checks of the code under test: what blocks the loop, and what is left behind."""
