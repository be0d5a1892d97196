"""Everything that takes an exact time does so: the benchmark counts how often, this once."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks.clock_cases import CASES, Case
from pytest_mlinfra.clock import VirtualLoop


# Processes of a pool are forked, and pytest-xdist has threads.
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_takes_exactly_its_time(case: Case) -> None:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(case.measure()) == case.seconds
