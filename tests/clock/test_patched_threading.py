"""Waits for threads: a worker's are timers, the loop's own cost it virtual time."""

from __future__ import annotations

import asyncio
import queue
import threading
import time

import pytest

from pytest_mlinfra.clock import VirtualClock, blocking, patched_threading, patches


async def test_a_worker_s_time_out_is_exact(virtual_clock: VirtualClock) -> None:
    def get() -> float:
        with pytest.raises(queue.Empty):
            queue.Queue[int]().get(timeout=1.5)
        return time.monotonic()

    assert await asyncio.to_thread(get) == 1.5


async def test_a_worker_is_woken_in_time(virtual_clock: VirtualClock) -> None:
    items: queue.Queue[int] = queue.Queue()

    def get() -> tuple[int, float]:
        return items.get(timeout=60), time.monotonic()

    asyncio.get_running_loop().call_later(2, items.put, 7)

    assert await asyncio.to_thread(get) == (7, 2)


async def test_workers_wake_each_other(virtual_clock: VirtualClock) -> None:
    items: queue.Queue[int] = queue.Queue(1)

    def produce() -> None:
        for item in range(4):
            time.sleep(0.25)
            items.put(item)

    def consume() -> tuple[list[int], float]:
        return [items.get() for _ in range(4)], time.monotonic()

    _, consumed = await asyncio.gather(asyncio.to_thread(produce), asyncio.to_thread(consume))

    assert consumed == ([0, 1, 2, 3], 1.0)


async def test_waiting_for_a_condition_to_hold_is_exact(virtual_clock: VirtualClock) -> None:
    condition = threading.Condition()

    def wait() -> float:
        with condition:
            assert not condition.wait_for(lambda: False, timeout=0.75)
        return time.monotonic()

    assert await asyncio.to_thread(wait) == 0.75


async def test_a_notification_wakes_one_that_still_waits(virtual_clock: VirtualClock) -> None:
    condition = threading.Condition()

    def wait(seconds: float) -> bool:
        with condition:
            return condition.wait(seconds)

    async def notify() -> None:
        await asyncio.sleep(2)
        with condition:
            condition.notify()

    gave_up, was_woken, _ = await asyncio.gather(
        asyncio.to_thread(wait, 1), asyncio.to_thread(wait, 3), notify()
    )

    assert (gave_up, was_woken) == (False, True)
    assert virtual_clock.now == 2


async def test_a_condition_has_to_be_held(virtual_clock: VirtualClock) -> None:
    with pytest.raises(RuntimeError, match="un-acquired"):
        await asyncio.to_thread(threading.Condition().wait)


async def test_joining_a_thread_that_sleeps(virtual_clock: VirtualClock) -> None:
    def start_and_join() -> float:
        thread = threading.Thread(target=time.sleep, args=(0.5,))
        thread.start()
        thread.join()
        return time.monotonic()

    assert await asyncio.to_thread(start_and_join) == 0.5


async def test_the_loop_s_own_wait_in_vain_blocks_it(virtual_clock: VirtualClock) -> None:
    threading.Event().wait(0.02)

    assert virtual_clock.now == 0.02
    (call,) = virtual_clock.blocking_calls
    assert (call.function, call.path) == ("threading.Condition.wait", __file__)


async def test_code_that_waits_in_slices_until_a_deadline_ends(
    virtual_clock: VirtualClock,
) -> None:
    with pytest.raises(queue.Empty):
        queue.Queue[int]().get(timeout=0.02)

    assert virtual_clock.now == 0.02


def test_elsewhere_waits_are_real(virtual_clock: VirtualClock) -> None:
    patches.install()

    assert not threading.Event().wait(0.01)


def test_the_originals_come_back() -> None:
    # Whatever other tests have put on top of them.
    blocking.uninstall()
    patches.uninstall()
    patches.install()
    assert threading.Condition.wait is patched_threading._wait_on_the_clock
    patches.uninstall()

    assert threading.Condition.wait is patched_threading._wait
    assert threading.Thread.start is patched_threading._start
