"""The function `explore`."""

from __future__ import annotations

import asyncio
import random
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_mlinfra.clock.exploration import explore
from pytest_mlinfra.errors import DeadlockError, RaceFoundError, TimeLimitError, UsageError


class Account:
    def __init__(self, balance: int = 100) -> None:
        self.balance = balance

    async def withdraw(self, amount: int) -> None:
        if self.balance >= amount:
            await asyncio.sleep(0)
            self.balance -= amount


async def two_withdrawals(account: Account) -> None:
    async def later() -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        await account.withdraw(80)

    await asyncio.gather(account.withdraw(80), later())


def is_not_overdrawn(account: Account) -> bool:
    return account.balance >= 0


def test_each_run_gets_what_is_given_anew() -> None:
    accounts: list[Account] = []

    async def given() -> Account:
        accounts.append(Account())
        return accounts[-1]

    async def scenario(account: Account) -> None:
        await account.withdraw(10)

    explore(scenario, given=given, invariant=lambda account: account.balance == 90, seeds=5)

    assert len(set(map(id, accounts))) == 5


def test_an_invariant_may_be_async_and_may_raise() -> None:
    async def invariant(account: Account) -> None:
        await asyncio.sleep(1)
        assert account.balance >= 0, "overdrawn"

    with pytest.raises(RaceFoundError, match="overdrawn"):
        explore(two_withdrawals, given=Account, invariant=invariant)


def test_what_fails_in_the_plain_order_is_no_race() -> None:
    async def scenario() -> None:
        raise ValueError("always")

    with pytest.raises(ValueError, match="always"):
        explore(scenario)


def test_a_deadlock_of_some_order_is_a_race() -> None:
    async def move(first: asyncio.Lock, second: asyncio.Lock, delay: int) -> None:
        for _ in range(delay):
            await asyncio.sleep(0)
        async with first:
            await asyncio.sleep(0)
            async with second:
                pass

    async def scenario() -> None:
        a, b = asyncio.Lock(), asyncio.Lock()
        await asyncio.gather(move(a, b, 0), move(b, a, 3))

    with pytest.raises(RaceFoundError) as found:
        explore(scenario)

    assert isinstance(found.value.cause, DeadlockError)


def test_a_schedule_runs_once() -> None:
    with pytest.raises(RaceFoundError) as found:
        explore(two_withdrawals, given=Account, invariant=is_not_overdrawn)
    runs: list[Account] = []

    def given() -> Account:
        runs.append(Account())
        return runs[-1]

    with pytest.raises(RaceFoundError) as again:
        explore(
            two_withdrawals,
            given=given,
            invariant=is_not_overdrawn,
            schedule=found.value.schedule,
        )
    assert again.value.schedule == found.value.schedule
    assert len(runs) == 1


def test_the_command_that_repeats_a_failure_is_named() -> None:
    with pytest.raises(RaceFoundError, match=r"Once more: run withdraw\.2@later\.4$"):
        explore(two_withdrawals, given=Account, invariant=is_not_overdrawn, command="run {}")


def test_the_traceback_leads_to_the_line_that_failed() -> None:
    async def scenario() -> None:
        account = Account()
        await two_withdrawals(account)
        assert account.balance >= 0

    with pytest.raises(RaceFoundError) as found:
        explore(scenario)

    assert found.traceback[-1].name == "scenario"


async def test_it_explores_within_a_running_loop_whose_time_stands_still() -> None:
    loop = asyncio.get_running_loop()

    async def scenario() -> None:
        assert asyncio.get_running_loop() is not loop
        await asyncio.sleep(5)

    explore(scenario, seeds=3)

    assert asyncio.get_running_loop() is loop
    await asyncio.sleep(0)


def test_random_numbers_are_the_same_in_every_run_and_the_generator_is_put_back() -> None:
    drawn: list[float] = []

    async def scenario() -> None:
        drawn.append(random.random())

    before = random.getstate()
    explore(scenario, seeds=4)

    assert len(set(drawn)) == 1
    assert random.getstate() == before


def test_what_a_run_leaves_behind_is_ended() -> None:
    ended: list[str] = []

    async def scenario() -> None:
        async def background() -> None:
            try:
                await asyncio.sleep(3600)
            finally:
                ended.append("background")

        task = asyncio.create_task(background())
        await asyncio.sleep(0)
        assert not task.done()

    explore(scenario, seeds=2)

    assert ended == ["background"] * 2


def test_a_task_that_refuses_to_end_is_let_go() -> None:
    async def stubborn() -> None:
        while True:
            try:
                await asyncio.sleep(0)
            except asyncio.CancelledError:
                continue

    async def scenario() -> None:
        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        assert not task.done()

    assert explore(scenario, seeds=1).runs == 1


def test_a_limit_of_time_ends_the_search() -> None:
    runs = 0

    async def scenario() -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            raise TimeLimitError(5)

    with pytest.raises(TimeLimitError):
        explore(scenario)
    assert runs == 3


def test_a_failure_that_the_order_does_not_explain_is_called_elusive() -> None:
    runs = 0

    async def scenario() -> None:
        nonlocal runs
        runs += 1
        await asyncio.gather(asyncio.sleep(0), asyncio.sleep(0))
        assert runs != 5

    with pytest.raises(RaceFoundError, match="did not fail again"):
        explore(scenario)


def test_threads_may_report_at_any_time() -> None:
    async def scenario() -> None:
        numbers = await asyncio.gather(*(asyncio.to_thread(int, each) for each in "12345"))
        assert numbers == [1, 2, 3, 4, 5]

    assert explore(scenario, seeds=20).runs == 20


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
def test_eager_tasks_are_explored_from_their_second_step_on() -> None:
    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        factory: Any = getattr(asyncio, "eager_task_factory", None)
        loop.set_task_factory(factory)
        account = Account()
        await two_withdrawals(account)
        assert account.balance >= 0

    with pytest.raises(RaceFoundError):
        explore(scenario)


@settings(max_examples=5, deadline=None)
@given(amount=st.integers(1, 50))
def test_it_explores_each_example_of_hypothesis(amount: int) -> None:
    async def scenario() -> None:
        account = Account()
        await asyncio.gather(account.withdraw(amount), account.withdraw(amount))
        assert account.balance == 100 - 2 * amount

    explore(scenario, seeds=10)


def test_the_same_seeds_stand_for_the_same_orders() -> None:
    async def scenario() -> None:
        async def work() -> None:
            for _ in range(4):
                await asyncio.sleep(0)

        await asyncio.gather(work(), work(), work())

    assert explore(scenario) == explore(scenario)


@pytest.mark.parametrize("seeds", [0, -1, 1.5, True, "5"])
def test_a_number_of_seeds_that_makes_no_sense_is_refused(seeds: Any) -> None:
    with pytest.raises(UsageError, match="has to be a whole number from 1"):
        explore(two_withdrawals, seeds=seeds)


@pytest.mark.parametrize("jitter", [-0.5, "1", True])
def test_a_jitter_that_makes_no_sense_is_refused(jitter: Any) -> None:
    with pytest.raises(UsageError, match="has to be a number from 0"):
        explore(two_withdrawals, jitter=jitter)


def test_a_scenario_that_is_not_async_is_refused() -> None:
    def scenario() -> None:
        pass

    with pytest.raises(UsageError, match="scenario has to be an async function"):
        explore(scenario)  # type: ignore[arg-type]


def test_a_scenario_that_is_no_function_is_refused() -> None:
    with pytest.raises(UsageError, match="'two_withdrawals' has to be a function"):
        explore("two_withdrawals")  # type: ignore[arg-type]
