"""The pytest plugin: nothing but hooks.

The modules named here serve every session. What grades katas stands in `kata/` and is
loaded when the first kata is met, so that a project without katas does not pay for it.
"""

from __future__ import annotations

import pytest

from pytest_mlinfra import hookspecs

pytest_plugins = (
    "pytest_mlinfra.plugin.options",
    "pytest_mlinfra.plugin.markers",
    "pytest_mlinfra.plugin.discovery",
    "pytest_mlinfra.plugin.loops",
    "pytest_mlinfra.plugin.fixtures",
    "pytest_mlinfra.plugin.failures",
    "pytest_mlinfra.plugin.checks.settings",
    "pytest_mlinfra.plugin.checks.fixtures",
    "pytest_mlinfra.plugin.checks.running",
    "pytest_mlinfra.plugin.repeating",
)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Make the hooks known by which other plugins extend this one."""
    pluginmanager.add_hookspecs(hookspecs)
