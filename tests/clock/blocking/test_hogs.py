from __future__ import annotations

import asyncio
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from pytest_mlinfra.clock.blocking.hogs import HogWatch

Told = list[tuple[str, float]]


def compute(seconds: float) -> None:
    """Keep the processor busy for so many seconds of its own time."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture(autouse=True)
def hogs(told: Told) -> Iterator[HogWatch]:
    def tell(frame: FrameType, seconds: float) -> None:
        told.append((frame.f_code.co_name, seconds))

    watch = HogWatch(0.05, tell)
    watch.start()
    yield watch
    watch.stop()


async def test_a_step_that_computes_for_too_long_is_told_of_once(told: Told) -> None:
    compute(0.3)
    await asyncio.sleep(0)

    assert told == [("compute", 0.05)]


async def test_each_such_step_is_told_of(told: Told) -> None:
    for _ in range(2):
        compute(0.1)
        await asyncio.sleep(0)

    assert told == [("compute", 0.05)] * 2


async def test_many_short_steps_are_not(told: Told) -> None:
    for _ in range(60):
        compute(0.005)
        await asyncio.sleep(0)

    assert told == []


async def test_short_steps_are_not_however_late_the_timer_rings(told: Told) -> None:
    # As on a machine that has other things to do.
    signal.setitimer(signal.ITIMER_PROF, 0.15)

    for _ in range(60):
        compute(0.005)
        await asyncio.sleep(0)

    assert told == []


async def test_a_single_operation_that_takes_long_is(told: Told) -> None:
    signal.setitimer(signal.ITIMER_PROF, 0.01)
    await asyncio.sleep(0)

    sum(range(10_000_000))

    assert [seconds for _name, seconds in told] == [0.05]


async def test_what_somebody_traces_is_not(told: Told) -> None:
    before = sys.gettrace()
    sys.settrace(lambda *_event: None)
    try:
        compute(0.2)
    finally:
        sys.settrace(before)

    assert told == []


async def test_waiting_is_not_computing(told: Told) -> None:
    await asyncio.sleep(0.2)

    assert told == []


async def test_what_a_worker_computes_is_not_the_loop_s(told: Told) -> None:
    await asyncio.to_thread(compute, 0.2)

    assert told == []


def test_computing_without_a_loop_is_not_told_of(told: Told) -> None:
    compute(0.2)

    assert told == []


async def test_the_time_of_an_import_does_not_count(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "mlinfra_slow_to_import"
    (tmp_path / f"{name}.py").write_text(
        "import time\nend = time.thread_time() + 0.2\n"
        "while time.thread_time() < end:\n    pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    __import__(name)

    assert told == []
    monkeypatch.delitem(sys.modules, name)


def test_a_profiler_that_ran_before_runs_on(hogs: HogWatch) -> None:
    hogs.stop()
    rung = threading.Event()
    before = signal.signal(signal.SIGPROF, lambda *_: rung.set())
    signal.setitimer(signal.ITIMER_PROF, 0.02, 0.02)
    try:
        hogs.start()
        hogs.stop()
        compute(0.1)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_IGN if before is None else before)

    assert rung.is_set()


def test_in_other_threads_nothing_is_measured(told: Told) -> None:
    failures: list[Exception] = []

    def start_and_stop() -> None:
        try:
            watch = HogWatch(0.05, lambda _frame, _seconds: None)
            watch.start()
            watch.stop()
        except ValueError as error:
            failures.append(error)

    thread = threading.Thread(target=start_and_stop)
    thread.start()
    thread.join()

    assert failures == []
