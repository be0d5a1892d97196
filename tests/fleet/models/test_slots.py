"""Slots, queues and batches, exactly on the virtual clock."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import Model, Models, Refusal, Serving
from pytest_mlinfra.fleet.models import ServedModel


def served(**serving: Any) -> ServedModel:
    return Models([Model("model", serving=Serving(**serving))]).first


async def ends(model: ServedModel, clock: VirtualClock, count: int, rows: int = 1) -> list[Any]:
    """When each of `count` predictions ended, or why it was refused."""

    async def ask() -> float | str:
        try:
            await model.predict([0] * rows)
        except Refusal as refusal:
            return refusal.reason
        return clock.now

    return await asyncio.gather(*(ask() for _ in range(count)))


async def test_without_a_limit_all_are_worked_on_at_once(virtual_clock: VirtualClock) -> None:
    assert await ends(served(seconds=1), virtual_clock, 3) == [1, 1, 1]


async def test_the_queue_delays_and_its_limit_refuses(virtual_clock: VirtualClock) -> None:
    model = served(slots=2, queue=3, seconds=1)

    assert await ends(model, virtual_clock, 7) == [1, 1, 2, 2, 3, "overloaded", "overloaded"]


async def test_a_queue_without_a_limit_takes_everybody(virtual_clock: VirtualClock) -> None:
    assert await ends(served(slots=1, seconds=1), virtual_clock, 4) == [1, 2, 3, 4]


async def test_a_slot_is_refilled_as_soon_as_it_is_free(virtual_clock: VirtualClock) -> None:
    model = served(slots=2)
    log = []

    async def work(name: str, seconds: float) -> None:
        async with model.slots.turn():
            log.append((name, virtual_clock.now))
            await asyncio.sleep(seconds)

    await asyncio.gather(
        *(work(name, time) for name, time in zip("abcd", (3, 1, 1, 1), strict=True))
    )

    assert log == [("a", 0), ("b", 0), ("c", 1), ("d", 2)]


async def test_whoever_is_cancelled_in_the_queue_leaves_it(virtual_clock: VirtualClock) -> None:
    model = served(slots=1, queue=1, seconds=1)
    first = asyncio.create_task(model.predict([1]))
    waiting = asyncio.create_task(model.predict([2]))
    await virtual_clock.advance(0.5)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    assert (model.slots.in_use, model.slots.waiting) == (1, 0)
    assert await model.predict([3]) == [3]
    assert await first == [1]
    assert virtual_clock.now == 2


async def test_whoever_is_cancelled_at_work_frees_the_slot(virtual_clock: VirtualClock) -> None:
    model = served(slots=1, seconds=10)
    first = asyncio.create_task(model.predict([1]))
    second = asyncio.create_task(model.predict([2]))
    await virtual_clock.advance(1)
    first.cancel()

    assert await second == [2]
    assert virtual_clock.now == 11
    assert model.slots.in_use == 0


async def test_whoever_is_cancelled_just_as_the_turn_comes_passes_it_on(
    virtual_clock: VirtualClock,
) -> None:
    model = served(slots=1, seconds=1)
    first = asyncio.create_task(model.predict([1]))
    second = asyncio.create_task(model.predict([2]))
    third = asyncio.create_task(model.predict([3]))
    await virtual_clock.advance(0.5)
    first.cancel()
    await asyncio.sleep(0)
    # The slot has been given to the second, which has not run since.
    second.cancel()

    assert await third == [3]
    assert model.slots.in_use == 0


async def test_a_batch_is_full_or_waits_its_time(virtual_clock: VirtualClock) -> None:
    model = served(seconds=1, max_batch=3, max_wait=0.5)

    assert await ends(model, virtual_clock, 5) == [1, 1, 1, 1.5, 1.5]
    assert list(model.slots.batches) == [3, 2]


async def test_a_batch_s_rows_add_up(virtual_clock: VirtualClock) -> None:
    model = served(seconds=1, seconds_per_row=0.5, max_batch=4, max_wait=9)

    assert await ends(model, virtual_clock, 2, rows=2) == [3, 3]
    assert list(model.slots.batches) == [4]


async def test_what_would_not_fit_waits_for_the_next_batch(virtual_clock: VirtualClock) -> None:
    model = served(seconds=1, slots=1, max_batch=4)

    assert await ends(model, virtual_clock, 2, rows=3) == [1, 2]
    assert list(model.slots.batches) == [3, 3]


async def test_a_batch_grows_while_no_slot_is_free(virtual_clock: VirtualClock) -> None:
    model = served(seconds=1, slots=1, max_batch=8)
    first = asyncio.create_task(ends(model, virtual_clock, 1))
    await virtual_clock.advance(0.25)
    later = asyncio.create_task(ends(model, virtual_clock, 2))
    await virtual_clock.advance(0.25)
    latest = asyncio.create_task(ends(model, virtual_clock, 2))

    assert [await first, await later, await latest] == [[1], [2, 2], [2, 2]]
    assert list(model.slots.batches) == [1, 4]


async def test_a_batch_goes_on_without_whoever_leaves_it(virtual_clock: VirtualClock) -> None:
    model = served(seconds=1, slots=1, max_batch=2, max_wait=9)
    first, second = (asyncio.create_task(model.predict([n])) for n in (1, 2))
    await virtual_clock.advance(0.5)
    first.cancel()

    assert await second == [2]
    assert virtual_clock.now == 1
    assert model.slots.in_use == 0


async def test_more_rows_than_a_batch_holds_are_a_batch_of_their_own(
    virtual_clock: VirtualClock,
) -> None:
    model = served(seconds=1, slots=1, max_batch=2)

    assert await ends(model, virtual_clock, 2, rows=5) == [1, 2]


async def test_a_text_shares_its_slot_with_nobody(virtual_clock: VirtualClock) -> None:
    model = served(slots=1, max_batch=8, max_wait=9, time_to_first_token=1)
    texts = [await model.generate(["Hi"]) for _ in range(2)]

    await asyncio.gather(*(text.finish() for text in texts))

    assert virtual_clock.now == 2
    assert list(model.slots.batches) == [1, 1]


async def test_jitter_is_seeded(virtual_clock: VirtualClock) -> None:
    async def duration(seed: int) -> float:
        with virtual_clock.elapsed() as elapsed:
            await served(seconds=1, jitter=0.5, seed=seed).predict([0])
        return elapsed.seconds

    first, again, other = [await duration(seed) for seed in (1, 1, 2)]

    assert first == again != other
    assert all(0.5 <= each <= 1.5 for each in (first, other))


@pytest.mark.parametrize(
    ("serving", "complaint"),
    [
        ({"slots": 0}, "'slots' must be at least 1, not 0"),
        ({"queue": -1}, "'queue' must be at least 0, not -1"),
        ({"seconds": -0.5}, "'seconds' must be at least 0, not -0.5"),
        ({"jitter": 2}, "'jitter' is a share from 0 to 1, not 2"),
        ({"max_batch": 0}, "'max_batch' must be at least 1, not 0"),
    ],
)
def test_what_cannot_be_is_refused(serving: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Serving(**serving)
