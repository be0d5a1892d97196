"""The functions of `time` follow the virtual loop that the caller lives on."""

from __future__ import annotations

import asyncio
import datetime as dt
import fractions
import math
import subprocess
import sys
import threading
import time
from types import ModuleType
from typing import Any, ClassVar

import pytest

from pytest_mlinfra.clock import VirtualClock, VirtualLoop, patches, real


async def test_every_clock_tells_the_virtual_time(virtual_clock: VirtualClock) -> None:
    before = time.time()
    before_ns = time.time_ns()
    await asyncio.sleep(0.125)

    assert time.monotonic() == time.perf_counter() == 0.125
    assert time.monotonic_ns() == time.perf_counter_ns() == 125_000_000
    assert time.time() - before == 0.125
    assert time.time_ns() - before_ns == 125_000_000


async def test_the_time_of_day_is_about_right(virtual_clock: VirtualClock) -> None:
    assert abs(time.time() - real.time()) < 60


async def test_nanoseconds_are_exact_after_years(virtual_clock: VirtualClock) -> None:
    before = time.time_ns()
    await asyncio.sleep(86_400 * 365)
    await asyncio.sleep(0.000_001)

    assert time.time_ns() - before == 86_400 * 365 * 10**9 + 1000


async def test_today_follows_and_now_does_not(virtual_clock: VirtualClock) -> None:
    await asyncio.sleep(86_400 * 10)

    today, now = dt.datetime.today(), dt.datetime.now()  # noqa: DTZ002, DTZ005 - the very thing
    assert (today - now).total_seconds() == pytest.approx(86_400 * 10, abs=60)


async def test_sleeping_blocks_the_loop_and_is_remembered(virtual_clock: VirtualClock) -> None:
    time.sleep(0.5)  # noqa: ASYNC251 - the very fault

    assert virtual_clock.now == 0.5
    (call,) = virtual_clock.blocking_calls
    assert (call.function, call.seconds, call.path) == ("time.sleep", 0.5, __file__)


async def test_sleeping_for_no_time_only_yields(virtual_clock: VirtualClock) -> None:
    time.sleep(0)  # noqa: ASYNC251 - the very fault

    assert virtual_clock.blocking_calls == ()


@pytest.mark.parametrize(
    ("seconds", "error"),
    [
        (-1, ValueError),
        (math.nan, ValueError),
        (math.inf, OverflowError),
        ("1", TypeError),
        (fractions.Fraction(1, 2), TypeError),
    ],
)
async def test_nonsense_is_refused_as_ever(
    virtual_clock: VirtualClock, seconds: float, error: type[Exception]
) -> None:
    with pytest.raises(error):
        time.sleep(seconds)  # noqa: ASYNC251 - the very fault
    with pytest.raises(error):
        await asyncio.to_thread(time.sleep, seconds)

    assert virtual_clock.now == 0


async def test_whatever_counts_as_a_number_will_do(virtual_clock: VirtualClock) -> None:
    class Two:
        def __index__(self) -> int:
            return 2

    time.sleep(Two())  # noqa: ASYNC251 - the very fault

    assert virtual_clock.now == 2


def test_elsewhere_time_is_real(virtual_clock: VirtualClock) -> None:
    patches.install()
    started = time.monotonic()
    time.sleep(0.01)

    assert 0.01 <= time.monotonic() - started < 5
    assert abs(time.time() - real.time()) < 5
    assert abs(time.time_ns() - real.time_ns()) < 5e9
    assert abs(time.perf_counter_ns() - real.perf_counter_ns()) < 5e9
    assert abs(time.monotonic_ns() - real.monotonic_ns()) < 5e9
    assert abs(time.perf_counter() - real.perf_counter()) < 5


async def test_a_thread_that_was_started_elsewhere_lives_in_real_time(
    virtual_clock: VirtualClock,
) -> None:
    times = []

    def tell() -> None:
        times.append(time.monotonic())

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    thread.join()

    assert times[0] == pytest.approx(real.monotonic(), abs=60)


async def test_a_limit_on_a_program_is_in_real_time(virtual_clock: VirtualClock) -> None:
    def run() -> None:
        subprocess.run(["sleep", "60"], timeout=0.02, check=True)

    with pytest.raises(subprocess.TimeoutExpired):
        await asyncio.to_thread(run)


async def test_code_that_waits_by_reading_the_clock_comes_to_an_end(
    virtual_clock: VirtualClock,
) -> None:
    started = time.perf_counter()
    while time.perf_counter() - started < 0.001:
        pass

    assert 0.001 <= virtual_clock.now < 0.0011


async def test_so_does_a_worker_that_does_and_timers_are_kept_meanwhile(
    virtual_clock: VirtualClock,
) -> None:
    def wait() -> None:
        started = time.monotonic()
        while time.monotonic() - started < 0.001:
            pass

    rung: list[float] = []
    loop = asyncio.get_running_loop()
    loop.call_later(0.0005, lambda: rung.append(loop.time()))
    await asyncio.to_thread(wait)

    assert rung[0] < 0.0011


async def test_a_task_that_only_yields_does_not_stop_time(virtual_clock: VirtualClock) -> None:
    rung = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, rung.set)
    while not rung.is_set():  # noqa: ASYNC110 - the very fault
        await asyncio.sleep(0)

    assert virtual_clock.now == pytest.approx(0.01, abs=1e-4)


class TestPatches:
    """Everything is put in place at once, and taken back."""

    def test_what_was_imported_before_follows_as_well(self) -> None:
        module = ModuleType("imported_long_ago")
        patches.uninstall()
        module.__dict__.update(sleep=time.sleep, now=time.monotonic)
        sys.modules["imported_long_ago"] = module
        try:

            async def use() -> float:
                module.sleep(3)
                now: float = module.now()
                return now

            with asyncio.Runner(loop_factory=VirtualLoop) as runner:
                assert runner.run(use()) == 3
            patches.uninstall()
            assert module.sleep is real.sleep
        finally:
            del sys.modules["imported_long_ago"]

    def test_a_module_may_be_known_not_to_be_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "not_installed", None)
        patches.uninstall()

        patches.install()

        assert time.sleep is not real.sleep

    def test_a_clock_may_be_kept_as_an_attribute_of_a_class(self) -> None:
        patches.install()

        class Stopwatch:
            clock: ClassVar[Any] = time.monotonic

        async def read() -> float:
            await asyncio.sleep(2)
            return float(Stopwatch().clock())

        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            assert runner.run(read()) == 2

    def test_doing_it_twice_changes_nothing(self) -> None:
        patches.install()
        sleep = time.sleep
        patches.install()
        assert time.sleep is sleep
        patches.uninstall()
        patches.uninstall()
        assert time.sleep is real.sleep
