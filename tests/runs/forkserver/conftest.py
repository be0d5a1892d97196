"""A fork server that runs offenders, one for the tests of each module."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from offences import Offences, start_server
from pytest_mlinfra.runs.forkserver.client import ForkServer

if sys.platform != "linux":
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    """A fork server that has imported the offenders."""
    server = start_server()
    yield server
    server.close()


@pytest.fixture
def offences(server: ForkServer, tmp_path: Path) -> Offences:
    """Offences by way of `server`."""
    return Offences(server, tmp_path)
