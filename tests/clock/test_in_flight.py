"""How long the clock waits for what is under way."""

from __future__ import annotations

import asyncio
import subprocess
import threading
import time
import warnings
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from pytest_mlinfra.clock import VirtualClock, VirtualLoop, in_flight, real
from pytest_mlinfra.clock.activity import Activity, Observer
from pytest_mlinfra.errors import RealTimeWarning


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_flight, "PATIENCE", 0.02)
    monkeypatch.setattr(in_flight, "PATIENCE_WITH_HOLDS", 0.02)


@pytest.fixture
def nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a system that does not tell what threads are doing."""
    unknown: Callable[..., Activity] = lambda *_: Activity.UNKNOWN  # noqa: E731 - two names for it
    monkeypatch.setattr(Observer, "of_thread", unknown)
    monkeypatch.setattr(Observer, "of_process", unknown)


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)


def compute(seconds: float) -> None:
    ends = real.monotonic() + seconds
    while real.monotonic() < ends:
        pass


async def test_a_job_that_computes_is_waited_for_however_long_it_takes(
    impatient: None, virtual_clock: VirtualClock
) -> None:
    await asyncio.wait_for(asyncio.to_thread(compute, 0.1), 0.001)

    assert virtual_clock.now == 0


async def test_so_is_a_thread_of_one_s_own(virtual_clock: VirtualClock) -> None:
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def work() -> None:
        compute(0.05)
        loop.call_soon_threadsafe(done.set)

    threading.Thread(target=work).start()
    await asyncio.wait_for(done.wait(), 0.001)


async def test_a_job_that_waits_in_real_time_lets_it_pass(virtual_clock: VirtualClock) -> None:
    def wait() -> float:
        started = real.monotonic()
        subprocess.run(["sleep", "0.1"], check=True)
        return real.monotonic() - started

    job = asyncio.create_task(asyncio.to_thread(wait))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(job), 0.02)
    assert virtual_clock.now == 0.02

    assert await asyncio.wait_for(job, 10) >= 0.1
    assert virtual_clock.now == 0.02


def test_a_hold_ends_with_a_warning_that_names_its_line(impatient: None) -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        with loop.hold():
            await asyncio.sleep(0.01)
        return loop.time()

    with pytest.warns(RealTimeWarning, match=r"hold\(\) at .*test_in_flight.py:\d+") as caught:
        assert run(main()) == 0.01
    assert caught[0].filename == __file__


def test_after_the_warning_time_passes_as_it_really_does(impatient: None) -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        with loop.hold():
            await asyncio.sleep(0.01)
            started = real.monotonic()
            await asyncio.sleep(0.05)
            return real.monotonic() - started

    with pytest.warns(RealTimeWarning) as caught:
        assert run(main()) >= 0.05
    assert len(caught) == 1


def test_where_warnings_are_errors_the_test_fails(impatient: None) -> None:
    cleaned = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        try:
            with loop.hold():
                await asyncio.sleep(0.01)
        finally:
            cleaned.append(True)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RealTimeWarning, match="has not ended in 0"):
            run(main())
    assert cleaned == [True]


def test_a_daemon_that_never_ends_is_given_up_on(impatient: None) -> None:
    stop = threading.Event()

    def compute_for_ever() -> None:
        while not stop.is_set():
            pass

    async def main() -> float:
        threading.Thread(target=compute_for_ever, daemon=True, name="hog").start()
        await asyncio.sleep(0.01)
        return asyncio.get_running_loop().time()

    try:
        with pytest.warns(RealTimeWarning, match="the thread hog"):
            assert run(main()) == 0.01
    finally:
        stop.set()


async def test_holds_may_nest(virtual_clock: VirtualClock) -> None:
    def work(done: asyncio.Event, loop: asyncio.AbstractEventLoop) -> None:
        real.sleep(0.03)
        loop.call_soon_threadsafe(done.set)

    done = asyncio.Event()
    arguments = (done, asyncio.get_running_loop())
    with virtual_clock.hold():
        with virtual_clock.hold():
            threading.Thread(target=work, args=arguments, daemon=True).start()
        await asyncio.wait_for(done.wait(), 0.001)

    assert virtual_clock.now == 0


async def test_workers_live_in_real_time_while_the_clock_is_held(
    virtual_clock: VirtualClock,
) -> None:
    def sleep() -> float:
        started = time.monotonic()
        time.sleep(0.02)
        return time.monotonic() - started

    with virtual_clock.hold():
        assert await asyncio.to_thread(sleep) >= 0.02

    assert virtual_clock.now == 0


class TestWhereNothingIsTold:
    """On other systems than Linux the clock waits for jobs, and for 5 s at most."""

    async def test_jobs_take_no_virtual_time(
        self, nothing_is_told: None, virtual_clock: VirtualClock
    ) -> None:
        await asyncio.wait_for(asyncio.to_thread(compute, 0.03), 0.001)
        assert virtual_clock.now == 0

    async def test_workers_wait_on_the_clock(
        self, nothing_is_told: None, virtual_clock: VirtualClock
    ) -> None:
        await asyncio.gather(*(asyncio.to_thread(time.sleep, 0.5) for _ in range(3)))
        await asyncio.to_thread(threading.Event().wait, 0.5)
        assert virtual_clock.now == 1

    async def test_programs_take_no_virtual_time(
        self, nothing_is_told: None, virtual_clock: VirtualClock
    ) -> None:
        program = await asyncio.create_subprocess_exec("sleep", "0.03")
        await asyncio.wait_for(program.wait(), 0.001)
        assert virtual_clock.now == 0

    async def test_threads_of_one_s_own_need_a_hold(
        self, nothing_is_told: None, virtual_clock: VirtualClock
    ) -> None:
        done = asyncio.Event()
        loop = asyncio.get_running_loop()

        def work() -> None:
            compute(0.01)
            loop.call_soon_threadsafe(done.set)

        with virtual_clock.hold():
            threading.Thread(target=work).start()
            await asyncio.wait_for(done.wait(), 0.001)
        assert virtual_clock.now == 0

    async def test_a_job_that_waits_for_another_in_vain_is_given_up_on(
        self, nothing_is_told: None, impatient: None, virtual_clock: VirtualClock
    ) -> None:
        lock = threading.Lock()
        lock.acquire()
        job = asyncio.create_task(asyncio.to_thread(lock.acquire))
        with pytest.warns(RealTimeWarning, match="acquire in a worker"):
            await asyncio.sleep(0.01)
        lock.release()
        await job
        assert virtual_clock.now == 0.01
