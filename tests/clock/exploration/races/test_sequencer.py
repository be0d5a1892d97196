"""Which steps may overtake which, and what is written down about it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from pytest_mlinfra.clock.exploration.races.schedule import Schedule
from pytest_mlinfra.clock.exploration.races.sequencer import StrategicSequencer
from pytest_mlinfra.clock.exploration.races.strategies import Replay, Shuffle, Strategy
from pytest_mlinfra.clock.exploration.running import fresh_loop

Scenario = Callable[[], Coroutine[Any, Any, object]]


def run(scenario: Scenario, strategy: Strategy, jitter: float = 0.0) -> StrategicSequencer:
    with fresh_loop() as loop:
        sequencer = StrategicSequencer(loop, strategy, jitter)
        with loop.following(sequencer):
            loop.run_until_complete(scenario())
        return sequencer


def replayed(scenario: Scenario, schedule: str, jitter: float = 0.0) -> StrategicSequencer:
    return run(scenario, Replay(Schedule.parse(schedule)), jitter)


def two_tasks(seen: list[str]) -> Scenario:
    async def first() -> None:
        seen.append("first begins")
        await asyncio.sleep(0)
        seen.append("first ends")

    async def second() -> None:
        seen.append("second begins")
        await asyncio.sleep(0)
        seen.append("second ends")

    async def both() -> None:
        await asyncio.gather(first(), second())

    return both


def test_the_plain_order_is_asyncio_s_own() -> None:
    explored: list[str] = []
    asyncio_s: list[str] = []

    sequencer = replayed(two_tasks(explored), "plain")
    asyncio.run(two_tasks(asyncio_s)())

    assert explored == asyncio_s
    assert str(sequencer.schedule) == "plain"


def test_a_step_waits_until_the_step_that_it_is_to_come_after() -> None:
    seen: list[str] = []

    sequencer = replayed(two_tasks(seen), "first.2@second.2")

    assert seen == ["first begins", "second begins", "second ends", "first ends"]
    assert str(sequencer.schedule) == "first.2@second.2"


def test_a_step_waits_for_so_many_turns() -> None:
    seen: list[str] = []

    replayed(two_tasks(seen), "first.1+1")

    assert seen[:2] == ["second begins", "first begins"]


def test_a_step_that_waits_for_what_never_comes_goes_on_when_nothing_else_can_run() -> None:
    seen: list[str] = []

    replayed(two_tasks(seen), "first.2@second.99")

    assert seen[-1] == "first ends"


@pytest.mark.parametrize("seed", range(30))
def test_a_shuffled_run_is_repeated_by_its_schedule(seed: int) -> None:
    seen: list[str] = []
    again: list[str] = []

    sequencer = run(two_tasks(seen), Shuffle(random.Random(seed), 0.7))
    repeated = replayed(two_tasks(again), str(sequencer.schedule))

    assert again == seen
    assert [each.step for each in repeated.ran] == [each.step for each in sequencer.ran]


@pytest.mark.parametrize("seed", range(20))
def test_no_step_overtakes_a_callback_that_was_ready_before_it(seed: int) -> None:
    seen: list[str] = []

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        woken = loop.create_future()

        async def waiting() -> None:
            await woken
            seen.append("task")

        task = asyncio.create_task(waiting())
        await asyncio.sleep(0.1)
        loop.call_soon(seen.append, "callback before")
        woken.set_result(None)
        await task

    run(scenario, Shuffle(random.Random(seed), 0.9))

    assert seen == ["callback before", "task"]


def test_callbacks_keep_their_order_among_each_other() -> None:
    for seed in range(20):
        seen: list[int] = []

        async def scenario() -> None:
            loop = asyncio.get_running_loop()
            for number in range(5):
                loop.call_soon(seen.append, number)  # noqa: B023 - run before the next round
            await asyncio.gather(asyncio.sleep(0), asyncio.sleep(0.1))

        run(scenario, Shuffle(random.Random(seed), 1.0))

        assert seen == [0, 1, 2, 3, 4]


def test_a_task_that_polls_does_not_starve_one_that_is_held() -> None:
    async def scenario() -> None:
        is_done = False

        async def finish() -> None:
            nonlocal is_done
            await asyncio.sleep(0)
            is_done = True

        task = asyncio.create_task(finish())
        while not is_done:  # noqa: ASYNC110 - the point of the test
            await asyncio.sleep(0)
        await task

    sequencer = replayed(scenario, "finish.2@scenario.99999")

    assert len(sequencer.ran) < 1_000


def test_no_time_passes_while_a_step_is_held() -> None:
    times: list[float] = []

    async def scenario() -> None:
        loop = asyncio.get_running_loop()

        async def note() -> None:
            await asyncio.sleep(0)
            times.append(loop.time())

        await asyncio.gather(note(), asyncio.sleep(1))

    replayed(scenario, "note.2@sleep.2")

    assert times == [0.0]


def test_a_sleep_is_stretched_by_quarters_of_the_jitter() -> None:
    async def scenario() -> float:
        await asyncio.sleep(1)
        await asyncio.sleep(1)
        return asyncio.get_running_loop().time()

    with fresh_loop() as loop:
        strategy = Replay(Schedule.parse("scenario.2x3"))
        with loop.following(StrategicSequencer(loop, strategy, jitter=0.4)):
            assert loop.run_until_complete(scenario()) == 2.3


def test_a_time_out_is_never_stretched() -> None:
    async def scenario() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await asyncio.Event().wait()
        assert asyncio.get_running_loop().time() == 1

    replayed(scenario, "scenario.1x4", jitter=1.0)


def test_tasks_are_named_by_their_functions_in_the_order_of_their_creation() -> None:
    sequencer = replayed(two_tasks([]), "plain")

    assert [str(each.step) for each in sequencer.ran] == [
        "both.1",
        "first.1",
        "second.1",
        "first.2",
        "second.2",
        "both.2",
    ]
