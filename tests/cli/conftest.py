"""The command, for the tests of its subcommands."""

from __future__ import annotations

import pytest

from command import Mlinfra, command


@pytest.fixture
def mlinfra(capsys: pytest.CaptureFixture[str]) -> Mlinfra:
    """The command `mlinfra`."""
    return command(capsys)
