"""Projects that are not courses, for the checks to be switched on in."""

from __future__ import annotations

import pytest

from checked_project import APP, Configure


@pytest.fixture(autouse=True)
def app(pytester: pytest.Pytester) -> None:
    """A module `app` in the project, which makes mistakes."""
    pytester.makepyfile(app=APP)


@pytest.fixture
def configure(pytester: pytest.Pytester) -> Configure:
    """Write the project's configuration: pytest's own settings, as TOML."""

    def write(*lines: str) -> None:
        settings = ["asyncio_mode = 'auto'", "asyncio_default_fixture_loop_scope = 'function'"]
        pytester.makepyprojecttoml("\n".join(["[tool.pytest]", *settings, *lines]))

    return write
