"""The loop: its time, and what keeps it from moving."""

from __future__ import annotations

import asyncio
import logging
import math
import sys
import threading
import time
import warnings
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest

from pytest_mlinfra.clock import VirtualClock, VirtualLoop, real
from pytest_mlinfra.errors import DeadlockError


def run(coroutine: Coroutine[Any, Any, Any], *, debug: bool = False) -> Any:
    with asyncio.Runner(loop_factory=VirtualLoop, debug=debug) as runner:
        return runner.run(coroutine)


async def test_begins_at_zero(virtual_clock: VirtualClock) -> None:
    assert virtual_clock.now == 0.0


async def test_times_are_whole_nanoseconds(virtual_clock: VirtualClock) -> None:
    for _ in range(1000):
        await asyncio.sleep(0.001)

    assert virtual_clock.now == 1.0


@pytest.mark.parametrize("seconds", [1e-9, 1e-3, 1.0, 86_400.0, 3.15e7, 3.15e9, 1e12])
async def test_a_sleep_of_any_length_ends(virtual_clock: VirtualClock, seconds: float) -> None:
    await asyncio.sleep(seconds)

    assert virtual_clock.now == seconds


async def test_a_sleep_for_ever_keeps_nothing_from_happening(virtual_clock: VirtualClock) -> None:
    for_ever = asyncio.create_task(asyncio.sleep(math.inf))
    await asyncio.sleep(5)

    assert virtual_clock.now == 5
    assert not for_ever.done()
    for_ever.cancel()


def test_a_sleep_for_ever_alone_is_a_deadlock() -> None:
    with pytest.raises(DeadlockError):
        run(asyncio.sleep(math.inf))


async def test_a_timer_of_the_past_takes_no_time_back(virtual_clock: VirtualClock) -> None:
    await asyncio.sleep(2)
    rung = asyncio.Event()
    asyncio.get_running_loop().call_at(1, rung.set)
    await rung.wait()

    assert virtual_clock.now == 2


async def test_a_cancelled_timer_is_not_jumped_to(virtual_clock: VirtualClock) -> None:
    asyncio.get_running_loop().call_later(1, print).cancel()
    await asyncio.sleep(2)

    assert [jump.end for jump in virtual_clock.timeline] == [2]


async def test_timers_of_one_moment_share_a_jump(virtual_clock: VirtualClock) -> None:
    await asyncio.gather(*(asyncio.sleep(1) for _ in range(100)))

    assert len(virtual_clock.timeline) == 1


async def test_blocking_the_loop_delays_what_is_due_meanwhile(virtual_clock: VirtualClock) -> None:
    woken = []

    async def sleeper() -> None:
        await asyncio.sleep(1)
        woken.append(virtual_clock.now)

    task = asyncio.create_task(sleeper())
    await asyncio.sleep(0)
    time.sleep(3)  # noqa: ASYNC251 - the very fault
    await task

    assert woken == [3]


def test_works_alone_in_a_runner() -> None:
    async def main() -> float:
        await asyncio.sleep(60)
        time.sleep(60)  # noqa: ASYNC251 - the very fault
        return time.monotonic()

    assert run(main()) == 120


@pytest.mark.skipif(sys.version_info < (3, 12), reason="asyncio.run takes a factory since 3.12")
def test_works_alone_in_asyncio_run() -> None:
    options: dict[str, Any] = {"loop_factory": VirtualLoop}

    assert asyncio.run(asyncio.sleep(60, 7), **options) == 7


def test_may_run_many_times() -> None:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        for count in range(1, 4):
            runner.run(asyncio.sleep(1))
            assert runner.get_loop().time() == count


def test_may_run_until_a_future_is_done_or_for_ever() -> None:
    loop = VirtualLoop()
    future = loop.create_future()
    loop.call_later(1, future.set_result, 7)
    assert loop.run_until_complete(future) == 7
    loop.call_later(1, loop.stop)
    loop.run_forever()
    loop.close()

    assert loop.time() == 2


def test_errors_come_out_as_they_are() -> None:
    async def fail() -> None:
        await asyncio.sleep(1)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        run(fail())


def test_a_closed_loop_says_so() -> None:
    loop = VirtualLoop()
    loop.close()
    coroutine = asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="closed"):
        loop.run_until_complete(coroutine)
    with pytest.raises(RuntimeError, match="closed"):
        loop.run_in_executor(None, print)
    coroutine.close()


def test_generators_are_closed_at_the_end() -> None:
    closed = []

    async def tick() -> AsyncIterator[int]:
        try:
            while True:
                yield 1
        finally:
            await asyncio.sleep(1)
            closed.append(asyncio.get_running_loop().time())

    ticks = tick()

    async def main() -> int:
        return await anext(ticks)

    assert run(main()) == 1
    assert closed == [1]


async def test_a_thread_s_callback_arrives_under_a_hold(virtual_clock: VirtualClock) -> None:
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def work() -> None:
        # It sleeps in real time, since the clock is held.
        time.sleep(0.02)
        loop.call_soon_threadsafe(done.set_result, None)

    with virtual_clock.hold():
        threading.Thread(target=work, daemon=True).start()
        await asyncio.wait_for(done, 0.001)

    assert virtual_clock.now == 0


async def test_settling_lets_all_happen_that_can(virtual_clock: VirtualClock) -> None:
    seen: list[str] = []
    queue: asyncio.Queue[str] = asyncio.Queue()

    async def relay() -> None:
        while True:
            seen.append(await queue.get())

    task = asyncio.create_task(relay())
    for item in "abc":
        await queue.put(item)
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    await loop.settle()

    assert seen == ["a", "b", "c"]
    assert virtual_clock.now == 0
    task.cancel()


class TestDebugMode:
    """What asyncio tells of slow callbacks is about real time."""

    @staticmethod
    def warnings_of(coroutine: Coroutine[Any, Any, Any], caplog: pytest.LogCaptureFixture) -> str:
        async def main() -> None:
            asyncio.get_running_loop().slow_callback_duration = 0.05
            await asyncio.create_task(coroutine)

        with caplog.at_level(logging.WARNING, logger="asyncio"):
            run(main(), debug=True)
        return caplog.text

    def test_a_long_sleep_is_no_slow_callback(self, caplog: pytest.LogCaptureFixture) -> None:
        assert self.warnings_of(asyncio.sleep(60), caplog) == ""

    def test_a_callback_that_computes_is(self, caplog: pytest.LogCaptureFixture) -> None:
        async def compute() -> None:
            started = real.monotonic()
            while real.monotonic() - started < 0.06:
                pass

        assert "Executing <Task finished" in self.warnings_of(compute(), caplog)

    def test_so_is_one_that_sleeps(self, caplog: pytest.LogCaptureFixture) -> None:
        async def block() -> None:
            time.sleep(3)  # noqa: ASYNC251 - the very fault

        assert "took 3.0" in self.warnings_of(block(), caplog)

    def test_time_inside_of_a_callback_is_virtual(self) -> None:
        async def main() -> float:
            await asyncio.sleep(1)
            return asyncio.get_running_loop().time()

        assert run(main(), debug=True) == 1

    def test_coroutines_are_refused_as_jobs(self) -> None:
        async def job() -> None: ...

        async def main() -> None:
            await asyncio.get_running_loop().run_in_executor(None, job)  # type: ignore[unused-coroutine]

        with pytest.raises(TypeError, match="coroutines cannot be used"):
            run(main(), debug=True)


def test_an_interrupt_comes_out() -> None:
    async def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), warnings.catch_warnings():
        run(interrupt())
