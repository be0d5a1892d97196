"""Grading the tests that a learner writes: bugs, correct variants, order, coverage."""
