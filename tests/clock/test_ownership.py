"""Locks remember who has taken them, while virtual loops are in use."""

from __future__ import annotations

import asyncio

import pytest

from pytest_mlinfra.clock import VirtualClock, patches
from pytest_mlinfra.clock.ownership import takers_of


async def test_a_lock_knows_its_taker_and_where(virtual_clock: VirtualClock) -> None:
    lock = asyncio.Lock()
    async with lock:
        (taken,) = takers_of(lock)
        assert taken.task is asyncio.current_task()
        assert taken.path == __file__

    assert takers_of(lock) == ()


async def test_a_semaphore_knows_all_of_them(virtual_clock: VirtualClock) -> None:
    semaphore = asyncio.BoundedSemaphore(3)
    tasks = [asyncio.create_task(semaphore.acquire(), name=name) for name in "ab"]
    await asyncio.gather(*tasks)
    await semaphore.acquire()

    assert [taken.by for taken in takers_of(semaphore)][:2] == ["a", "b"]
    semaphore.release()
    assert [taken.by for taken in takers_of(semaphore)] == ["a", "b"]
    semaphore.release()
    assert [taken.by for taken in takers_of(semaphore)] == ["b"]


async def test_a_task_that_has_ended_is_not_kept(virtual_clock: VirtualClock) -> None:
    lock = asyncio.Lock()
    await asyncio.create_task(lock.acquire(), name="forgetful")
    (taken,) = takers_of(lock)

    assert taken.by == "forgetful"
    assert taken.task is None
    assert (taken.path, taken.line) == ("", 0)


async def test_whoever_waits_in_vain_has_not_taken_it(virtual_clock: VirtualClock) -> None:
    lock = asyncio.Lock()
    async with lock:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(lock.acquire(), 1)
        assert len(takers_of(lock)) == 1


async def test_a_condition_gives_its_lock_back_while_it_waits(virtual_clock: VirtualClock) -> None:
    lock = asyncio.Lock()
    condition = asyncio.Condition(lock)

    async def wait() -> None:
        async with condition:
            await condition.wait()
            assert [taken.by for taken in takers_of(lock)] == ["waiter"]

    task = asyncio.create_task(wait(), name="waiter")
    await asyncio.sleep(1)
    assert takers_of(lock) == ()
    async with condition:
        condition.notify()
    await task


async def test_releasing_what_is_free_is_refused_as_ever(virtual_clock: VirtualClock) -> None:
    with pytest.raises(RuntimeError, match="not acquired"):
        asyncio.Lock().release()


def test_on_other_loops_nothing_is_remembered() -> None:
    patches.install()

    async def main() -> int:
        lock = asyncio.Lock()
        async with lock:
            return len(takers_of(lock))

    assert asyncio.run(main()) == 0
