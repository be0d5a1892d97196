"""What a run uses is held against what it may use, limit by limit."""

from __future__ import annotations

import os
import time

import pytest

from pytest_mlinfra.katas.model import Limits
from pytest_mlinfra.runs.forkserver import tree
from pytest_mlinfra.runs.forkserver.meter import Meter
from pytest_mlinfra.runs.forkserver.progress import Progress
from pytest_mlinfra.runs.forkserver.tree import Usage
from pytest_mlinfra.runs.limits import MIB, Hit, Limit

LIMITS = Limits(test=5, kata=30, cpu=30, memory=512, processes=64, threads=256, written=256)


class LongTest(Progress):
    """A run whose test has been running for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(time.monotonic)
        self._seconds = seconds

    def seconds_of_test(self) -> float:
        return self._seconds


def _check(
    monkeypatch: pytest.MonkeyPatch, usage: Usage, exact: int = 0, test: float = 0
) -> Hit | None:
    monkeypatch.setattr(tree, "usage", lambda: usage)
    monkeypatch.setattr(tree, "exact_memory", lambda: exact)
    monkeypatch.setattr(tree, "memory_of", lambda _pid: 40 * MIB)
    monkeypatch.setattr(tree, "reap_orphans", lambda _pid: None)
    return Meter(LIMITS, os.getpid()).check(LongTest(test))


@pytest.mark.parametrize(
    ("usage", "limit"),
    [
        (Usage(cpu=30.1), Limit.CPU),
        (Usage(processes=65), Limit.PROCESSES),
        (Usage(threads=257), Limit.THREADS),
        (Usage(written=257 * MIB), Limit.WRITTEN),
    ],
)
def test_names_the_limit(monkeypatch: pytest.MonkeyPatch, usage: Usage, limit: Limit) -> None:
    hit = _check(monkeypatch, usage)

    assert hit is not None
    assert hit.limit is limit


def test_what_is_at_its_limit_is_within_it(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = Usage(processes=64, threads=256, cpu=30, written=256 * MIB)

    assert _check(monkeypatch, usage) is None


@pytest.mark.parametrize(
    ("rough", "exact", "is_beyond"), [(700, 600, True), (700, 300, False), (540, 600, False)]
)
def test_memory_is_looked_at_closely_before_a_run_is_ended(
    monkeypatch: pytest.MonkeyPatch, rough: int, exact: int, *, is_beyond: bool
) -> None:
    # One process, 40 MiB of which are the fork server's.
    hit = _check(monkeypatch, Usage(processes=1, memory=rough * MIB), exact * MIB)

    assert hit == (Hit(Limit.MEMORY, 512) if is_beyond else None)


def test_a_test_gets_a_second_to_heed_its_own_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _check(monkeypatch, Usage(), test=5.9) is None
    assert _check(monkeypatch, Usage(), test=6.1) == Hit(Limit.TIME, 5)


def test_does_not_look_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Usage] = []

    def look() -> Usage:
        looks.append(Usage())
        return looks[-1]

    monkeypatch.setattr(tree, "usage", look)
    monkeypatch.setattr(tree, "reap_orphans", lambda _pid: None)
    meter = Meter(LIMITS, os.getpid())

    for _ in range(100):
        meter.check(Progress(meter.now))
    assert len(looks) == 1
    time.sleep(0.03)
    meter.check(Progress(meter.now))
    assert len(looks) == 2
