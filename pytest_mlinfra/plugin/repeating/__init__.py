"""Tests that run many times: in other orders of their steps, or cancelled at each await.

The modules named here are loaded in every session; the exploration itself is loaded when
it is first used.
"""

pytest_plugins = (
    "pytest_mlinfra.plugin.repeating.marks",
    "pytest_mlinfra.plugin.repeating.options",
    "pytest_mlinfra.plugin.repeating.fixtures",
    "pytest_mlinfra.plugin.repeating.protocol",
)
