"""Grading: the hooks for sessions with katas, one module per part of a session."""

MODULES = (
    "pytest_mlinfra.plugin.kata.collection",
    "pytest_mlinfra.plugin.kata.fixtures",
    "pytest_mlinfra.plugin.kata.checks",
    "pytest_mlinfra.plugin.kata.split",
    "pytest_mlinfra.plugin.kata.running",
    "pytest_mlinfra.plugin.kata.outcomes",
    "pytest_mlinfra.plugin.kata.summary",
    "pytest_mlinfra.plugin.kata.task",
    "pytest_mlinfra.plugin.kata.warm",
)
