"""The configuration of sessions whose tests are run again and again."""

from __future__ import annotations

import pytest


def configure(pytester: pytest.Pytester) -> None:
    """Write it, without plugins that such sessions only wait for."""
    pytester.makepyprojecttoml("""
        [tool.pytest]
        asyncio_mode = "auto"
        asyncio_default_fixture_loop_scope = "function"
        filterwarnings = ["error"]
        strict_markers = true
        addopts = ["-p", "no:hypothesispytest", "-p", "no:inline_snapshot"]
    """)
