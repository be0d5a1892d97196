"""The function `cancel_everywhere`."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from pytest_mlinfra.clock.exploration import cancel_everywhere
from pytest_mlinfra.errors import CancellationError, UsageError

LEDGER = """
import asyncio

class Ledger:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.entries = []

    async def _write(self, entry):
        await asyncio.sleep(0.1)
        self.entries.append(entry)

    async def book(self, *entries):
        await self.lock.acquire()
        for entry in entries:
            await self._write(entry)
        self.lock.release()

async def program(ledger):
    await ledger.book("debit", "credit")
"""


async def sleep_twice() -> None:
    await asyncio.sleep(1)
    await asyncio.sleep(0)


def test_every_await_is_cancelled_when_it_begins_and_when_it_ends() -> None:
    cancelled: list[str] = []

    async def scenario() -> None:
        reached = "start"
        try:
            await asyncio.sleep(1)
            reached = "slept"
            # A bare turn of the loop ends as it begins.
            await asyncio.sleep(0)
            reached = "end"
        except asyncio.CancelledError:
            cancelled.append(f"{reached} at {asyncio.get_running_loop().time():g}")
            raise

    tried = cancel_everywhere(scenario)

    assert (tried.suspensions, tried.points) == (2, 3)
    assert cancelled == ["start at 0", "start at 1", "slept at 1"]


def test_awaits_of_functions_and_libraries_count_as_well() -> None:
    async def helper() -> None:
        await asyncio.sleep(1)
        async with asyncio.timeout(5):
            await asyncio.sleep(1)

    async def scenario() -> None:
        await helper()
        await asyncio.wait_for(asyncio.sleep(1), timeout=5)

    assert cancel_everywhere(scenario).suspensions == 3


def test_a_fault_is_told_with_its_line_and_what_was_left(tmp_path: Path) -> None:
    (tmp_path / "ledger.py").write_text(LEDGER.lstrip())
    spec = importlib.util.spec_from_file_location("ledger", tmp_path / "ledger.py")
    assert spec is not None
    assert spec.loader is not None
    ledger = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(ledger)

    with pytest.raises(CancellationError) as found:
        cancel_everywhere(
            ledger.program,
            given=ledger.Ledger,
            invariant=lambda ledger: len(ledger.entries) != 1,
            command="pytest test_ledger.py --mlinfra-cancel={}",
        )

    assert str(found.value) == snapshot("""\
Cancelled at wait 1 of 2, when it begins to wait:

  ledger.py:19: await ledger.book("debit", "credit")
  ledger.py:15: await self._write(entry)
  ledger.py:9: await asyncio.sleep(0.1)

What is wrong afterwards:
- a Lock that was acquired is not released
  ledger.py:13: await self.lock.acquire()

Likewise at:
  ledger.py:9: await asyncio.sleep(0.1) (1+, 2, 2+)

Once more: pytest test_ledger.py --mlinfra-cancel=1\
""")
    assert found.value.points == ("1", "1+", "2", "2+")


def test_one_point_alone_can_be_tried_again() -> None:
    async def scenario() -> None:
        lock = asyncio.Lock()
        await asyncio.sleep(1)
        await lock.acquire()
        await asyncio.sleep(1)
        lock.release()

    with pytest.raises(CancellationError, match=r"wait 2 of 2, when it is about to go on"):
        cancel_everywhere(scenario, point="2+")
    assert cancel_everywhere(scenario, point="1").points == 1


def test_a_point_that_is_never_reached_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no point 9: the scenario is suspended 2 times"):
        cancel_everywhere(sleep_twice, point="9")


def test_only_awaits_on_the_way_through_a_module_are_cancelled() -> None:
    async def scenario() -> None:
        await asyncio.sleep(1)
        async with asyncio.timeout(5):
            await asyncio.wait_for(asyncio.sleep(0), timeout=1)

    everything = cancel_everywhere(scenario)
    some = cancel_everywhere(scenario, only="asyncio.tasks")
    same = cancel_everywhere(scenario, only=[sleep_twice, "elsewhere"])

    assert some.points == everything.points
    assert same.points == everything.points


def test_a_module_that_is_never_waited_in_is_refused() -> None:
    with pytest.raises(UsageError, match=r"only=json: the scenario never waits there"):
        cancel_everywhere(sleep_twice, only="json")


@pytest.mark.parametrize("only", [3, [None], [["asyncio"]]])
def test_what_names_no_module_is_refused(only: Any) -> None:
    with pytest.raises(UsageError, match="has to be a module, its name, or a function"):
        cancel_everywhere(sleep_twice, only=only)


def test_many_awaits_are_cancelled_at_some_that_are_spread_evenly() -> None:
    reached: list[int] = []

    async def scenario() -> None:
        number = 0
        try:
            for number in range(100):  # noqa: B007 - used below
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            reached.append(number)
            raise

    cancel_everywhere(scenario, at_most=4)

    assert reached == [0, 33, 66, 99]


@pytest.mark.parametrize("at_most", [0, True, 1.5])
def test_a_number_of_points_that_makes_no_sense_is_refused(at_most: Any) -> None:
    with pytest.raises(UsageError, match="has to be a whole number from 1"):
        cancel_everywhere(sleep_twice, at_most=at_most)


def test_what_fails_without_a_cancellation_fails_as_it_is() -> None:
    async def scenario() -> None:
        raise ValueError("always")

    with pytest.raises(ValueError, match="always"):
        cancel_everywhere(scenario)


def test_an_invariant_that_never_holds_fails_as_it_is() -> None:
    with pytest.raises(AssertionError, match="returned False"):
        cancel_everywhere(sleep_twice, invariant=lambda: False)


def test_what_a_run_without_cancellation_leaves_behind_is_allowed() -> None:
    async def scenario() -> None:
        signal = asyncio.Semaphore(1)
        await signal.acquire()
        # Meant to outlive the scenario.
        scenario.background = asyncio.create_task(asyncio.sleep(100))  # type: ignore[attr-defined]
        await asyncio.sleep(1)

    assert cancel_everywhere(scenario).points == 2


def test_a_shield_whose_inside_is_awaited_is_no_fault() -> None:
    async def scenario() -> None:
        writing = asyncio.create_task(asyncio.sleep(1))
        try:
            await asyncio.shield(writing)
        finally:
            await writing

    assert cancel_everywhere(scenario).points > 0


def test_a_generator_that_is_closed_when_its_last_reader_goes_is_no_fault() -> None:
    async def numbers() -> AsyncIterator[int]:
        for number in range(3):
            await asyncio.sleep(0.1)
            yield number

    async def scenario() -> None:
        async for _ in numbers():
            await asyncio.sleep(0.1)

    assert cancel_everywhere(scenario).suspensions == 6


def test_an_error_that_nobody_sees_is_a_fault() -> None:
    async def work() -> None:
        try:
            await asyncio.sleep(0.5)
        finally:
            raise RuntimeError("worker broke")

    async def scenario() -> None:
        worker = asyncio.create_task(work())
        try:
            await asyncio.sleep(1)
        finally:
            worker.cancel()
            await asyncio.sleep(0)
        with contextlib.suppress(RuntimeError):
            await worker

    with pytest.raises(CancellationError, match="nobody sees: RuntimeError: worker broke"):
        cancel_everywhere(scenario)


def test_locks_and_semaphores_are_their_own_again_afterwards() -> None:
    before = (asyncio.Lock.acquire, asyncio.Semaphore.release)

    cancel_everywhere(sleep_twice)

    assert (asyncio.Lock.acquire, asyncio.Semaphore.release) == before


async def test_it_cancels_within_a_running_loop() -> None:
    assert cancel_everywhere(sleep_twice).points == 3
    await asyncio.sleep(0)
