"""The pytest plugin: nothing but hooks, one module per part of a session."""

from __future__ import annotations

import pytest

from pytest_mlinfra import hookspecs

pytest_plugins = (
    "pytest_mlinfra.plugin.options",
    "pytest_mlinfra.plugin.markers",
    "pytest_mlinfra.plugin.collection",
    "pytest_mlinfra.plugin.loops",
    "pytest_mlinfra.plugin.fixtures",
    "pytest_mlinfra.plugin.running",
    "pytest_mlinfra.plugin.outcomes",
    "pytest_mlinfra.plugin.recorder",
    "pytest_mlinfra.plugin.summary",
    "pytest_mlinfra.plugin.suite_worker",
)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Make the hooks known by which other plugins extend this one."""
    pluginmanager.add_hookspecs(hookspecs)
