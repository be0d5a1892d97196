"""Jobs in executors: they hold the clock while they run, and not while they wait."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest

from pytest_mlinfra.clock import VirtualClock, VirtualLoop, real


async def test_a_job_takes_no_virtual_time(virtual_clock: VirtualClock) -> None:
    def compute() -> int:
        real.sleep(0.03)
        return sum(range(100_000))

    async with asyncio.timeout(1):
        assert await asyncio.to_thread(compute) == 4_999_950_000

    assert virtual_clock.now == 0


async def test_an_error_of_a_job_comes_out(virtual_clock: VirtualClock) -> None:
    def fail() -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await asyncio.to_thread(fail)


async def test_jobs_queue_for_the_workers_there_are(virtual_clock: VirtualClock) -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(2) as pool:
        jobs = [loop.run_in_executor(pool, time.sleep, 0.5) for _ in range(5)]
        await asyncio.gather(*jobs)

    assert virtual_clock.now == 1.5


async def test_a_pool_serves_one_loop_after_another(virtual_clock: VirtualClock) -> None:
    async def job(pool: ThreadPoolExecutor) -> float:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(pool, time.sleep, 1)
        return loop.time()

    def run_both() -> list[float]:
        with ThreadPoolExecutor(1) as pool:
            ended = []
            for _ in range(2):
                with asyncio.Runner(loop_factory=VirtualLoop) as runner:
                    ended.append(runner.run(job(pool)))
            return ended

    with ThreadPoolExecutor(1) as apart:
        assert apart.submit(run_both).result() == [1, 1]


async def test_a_job_that_was_cancelled_still_holds_the_clock(virtual_clock: VirtualClock) -> None:
    ended = threading.Event()

    def compute() -> None:
        real.sleep(0.03)
        ended.set()

    job = asyncio.create_task(asyncio.to_thread(compute))
    await asyncio.sleep(0)
    job.cancel()
    await asyncio.sleep(1)

    assert ended.is_set()


async def test_a_job_submitted_directly_counts_as_well(virtual_clock: VirtualClock) -> None:
    with ThreadPoolExecutor(1) as pool:
        async with asyncio.timeout(0.001):
            await asyncio.wrap_future(pool.submit(sum, range(1_000_000)))
        await asyncio.wrap_future(pool.submit(time.sleep, 0.5))

    assert virtual_clock.now == 0.5


async def test_any_executor_may_be_used(virtual_clock: VirtualClock) -> None:
    class Inline(Executor):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_result(fn(*args, **options))
            return future

    loop = asyncio.get_running_loop()

    assert await loop.run_in_executor(Inline(), abs, -7) == 7


async def test_a_job_may_use_a_pool_of_its_own(virtual_clock: VirtualClock) -> None:
    def fan_out() -> float:
        started = time.monotonic()
        with ThreadPoolExecutor(3) as pool:
            concurrent.futures.wait([pool.submit(time.sleep, 0.5) for _ in range(3)])
        return time.monotonic() - started

    assert await asyncio.to_thread(fan_out) == 0.5


async def test_as_completed_in_a_job_follows_the_clock(virtual_clock: VirtualClock) -> None:
    def wait() -> float:
        with pytest.raises(TimeoutError):
            list(concurrent.futures.as_completed([Future[int]()], timeout=0.5))
        return time.monotonic()

    # It waits until its time is over, and a moment longer.
    assert await asyncio.to_thread(wait) == pytest.approx(0.5, abs=1e-5)


async def test_a_job_may_run_a_real_loop(virtual_clock: VirtualClock) -> None:
    def run() -> int:
        return asyncio.run(asyncio.sleep(0.02, 7))

    assert await asyncio.to_thread(run) == 7


async def test_a_barrier_lets_jobs_pass_together(virtual_clock: VirtualClock) -> None:
    barrier = threading.Barrier(3)

    def pass_after(seconds: float) -> float:
        time.sleep(seconds)
        barrier.wait()
        return time.monotonic()

    passed = await asyncio.gather(*(asyncio.to_thread(pass_after, n / 4) for n in range(3)))

    assert passed == [0.5] * 3


class TestTheEndOfTheLoop:
    """Workers that wait on the clock are woken, and then live on real time."""

    def test_a_sleeper_is_woken(self) -> None:
        woken = threading.Event()

        def sleep() -> None:
            time.sleep(3600)
            woken.set()

        async def main() -> float:
            loop = asyncio.get_running_loop()
            loop.run_in_executor(None, sleep)
            await asyncio.sleep(1)
            return loop.time()

        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            assert runner.run(main()) == 1
            loop = runner.get_loop()

        assert woken.is_set()
        assert loop.time() == 1

    def test_waiting_for_a_message_goes_on(self) -> None:
        message = threading.Event()

        def wait() -> bool:
            return message.wait()

        async def start() -> tuple[ThreadPoolExecutor, Future[bool]]:
            pool = ThreadPoolExecutor(1)
            return pool, pool.submit(wait)

        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            pool, job = runner.run(start())
        assert not job.done()
        message.set()

        assert job.result(5)
        pool.shutdown()
