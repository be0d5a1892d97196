"""The same rules with other numbers, faults and answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from batch_inference import batch_inference

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import (
    Drip,
    EmptyReply,
    Fault,
    HalfClose,
    Hang,
    Journal,
    Latency,
    ModelFleet,
    Overload,
    RateLimit,
    Request,
    Response,
    Route,
    Status,
)


def pairs(count: int) -> list[list[float]]:
    """So many samples."""
    return [[number / 4, float(count)] for number in range(count)]


def largest(count: int) -> list[float | None]:
    """What the model says of `pairs`."""
    return [float(count)] * count


async def serve(fleet: ModelFleet, *faults: Fault) -> str:
    """The address of a model that tells the largest number of each sample."""
    server = await fleet.start("max", *faults, predict=max)
    return f"{server.url}/v1/models/max:predict"


class Answering:
    """A protocol that answers every batch with the same, and a 200."""

    name = "answering"

    def __init__(self, content: object) -> None:
        self._content = content

    def routes(self, _models: object) -> Iterator[Route]:
        """The one route."""

        async def answer(_request: Request) -> Response:
            return Response.of_json(self._content)

        yield Route("POST", "/v2/predict", answer)


@pytest.mark.message("wrong-batches")
@pytest.mark.parametrize(
    ("count", "size", "sizes"), [(11, 4, [4, 4, 3]), (12, 12, [12]), (1, 9, [1])]
)
async def test_batches_of_other_sizes(
    model_fleet: ModelFleet, journal: Journal, count: int, size: int, sizes: list[int]
) -> None:
    """The samples have to be cut into batches of batch_size, in order; the last may be smaller."""
    url = await serve(model_fleet)

    report = await batch_inference(pairs(count), url, batch_size=size, max_concurrent=1)

    assert [len(body["instances"]) for body in journal.bodies] == sizes
    batches = sorted(body["instances"] for body in journal.bodies)
    assert [sample for batch in batches for sample in batch] == pairs(count)
    assert [body.keys() for body in journal.bodies] == [{"instances"}] * len(sizes)
    assert report["predictions"] == largest(count)
    assert report["attempts"] == len(sizes)


@pytest.mark.message("waits-for-the-slowest")
async def test_three_slots_are_kept_busy(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A slot that becomes free has to be taken at once, not when all of a group have ended."""
    url = await serve(model_fleet, Latency(6, numbers=(2,)), Latency(2, numbers=(1, 3, 4, 5, 6, 7)))

    await batch_inference(pairs(14), url, batch_size=2, max_concurrent=3)

    journal.expect(7, "batches").peak_in_flight(3).starts_apart([0, 0, 2, 0, 2, 0])
    journal.expect().connections(3)
    assert virtual_clock.now == 6.0


@pytest.mark.message("one-fails-all")
async def test_different_troubles_at_once(model_fleet: ModelFleet, journal: Journal) -> None:
    """A batch that fails has to cost its own samples, and no other."""
    faults = (
        EmptyReply(numbers=(1,)),
        Hang(numbers=(2,)),
        Status(200, numbers=(3,)),
        Status(507, numbers=(4,)),
        RateLimit(9, numbers=(5,)),
        HalfClose(numbers=(6,)),
    )
    url = await serve(model_fleet, *faults)

    report = await batch_inference(pairs(22), url, batch_size=3, max_concurrent=1, timeout=0.5)

    assert report["predictions"] == [None] * 18 + largest(22)[:4]
    assert (report["succeeded"], report["failed"], report["attempts"]) == (4, 18, 8)
    assert [each["batch"] for each in report["errors"]] == [0, 1, 2, 3, 4, 5]
    assert "507" in report["errors"][3]["error"]
    assert "429" in report["errors"][4]["error"]
    assert all(each["error"].strip() and each["attempts"] == 1 for each in report["errors"])


@pytest.mark.message("deadline-of-gaps")
async def test_a_body_that_drips_is_cut_off(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """The deadline has to hold for the whole answer: bytes that trickle in must not move it."""
    url = await serve(model_fleet, Drip(size=2, interval=0.5, first=1))

    report = await batch_inference(pairs(3), url, timeout=2.25, retries=1)

    assert virtual_clock.now == 2.25
    assert report["predictions"] == largest(3)
    assert report["attempts"] == 2


@pytest.mark.message("waiting-counts")
async def test_a_long_queue_is_no_reason_to_fail(model_fleet: ModelFleet) -> None:
    """The time for which a batch waits for a slot must not count for its deadline."""
    url = await serve(model_fleet, Latency(0.75))

    report = await batch_inference(pairs(12), url, batch_size=1, max_concurrent=2, timeout=1)

    assert report["succeeded"] == 12


@pytest.mark.message("wrong-number-of-tries")
async def test_tries_are_counted_batch_by_batch(model_fleet: ModelFleet, journal: Journal) -> None:
    """A batch that keeps failing has to have its first request and as many more as retries says."""
    url = await serve(model_fleet, Status(500, first=4), Latency(0.25))

    report = await batch_inference(pairs(4), url, batch_size=2, max_concurrent=2, retries=1)

    assert report["attempts"] == len(journal) == 4
    assert [each["attempts"] for each in report["errors"]] == [2, 2]


@pytest.mark.message("retry-after-ignored")
async def test_a_busy_server_is_left_alone(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """After a 429 with Retry-After, the next request has to come so many seconds later."""
    url = await serve(model_fleet, Overload(limit=1, code=429, retry_after=2), Latency(1))

    report = await batch_inference(pairs(2), url, batch_size=1, max_concurrent=2, retries=1)

    journal.expect(3, "requests").starts_apart([0, 2])
    assert virtual_clock.now == 3.0
    assert report["predictions"] == largest(2)


@pytest.mark.message("retry-after-missing")
async def test_a_busy_server_may_not_say_until_when(model_fleet: ModelFleet) -> None:
    """After a 429 without Retry-After, the next request has to come at once."""
    url = await serve(model_fleet, Status(429, first=3))

    report = await batch_inference(pairs(2), url, retries=3)

    assert (report["predictions"], report["attempts"]) == (largest(2), 4)


@pytest.mark.message("slot-kept-while-waiting")
async def test_the_others_use_the_slot_meanwhile(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A batch that was told to wait must not hold its slot meanwhile: the others go on."""
    url = await serve(model_fleet, Latency(0.5), RateLimit(1, numbers=(1, 2)))

    report = await batch_inference(pairs(6), url, batch_size=1, max_concurrent=2, retries=1)

    journal.expect(8, "requests").peak_in_flight(2)
    assert virtual_clock.now == 2.0
    assert report["predictions"] == largest(6)


@pytest.mark.message("retries-in-vain")
@pytest.mark.parametrize("code", [202, 307, 401, 409])
async def test_other_codes_are_final(model_fleet: ModelFleet, journal: Journal, code: int) -> None:
    """A status that is neither 200, 429 nor 5xx has to be final: no second request."""
    url = await serve(model_fleet, Status(code, (("location", "/"),)))

    report = await batch_inference(pairs(2), url, batch_size=1, retries=4)

    assert report["attempts"] == len(journal) == 2


@pytest.mark.message("bad-number")
@pytest.mark.parametrize(
    ("name", "value"),
    [("batch_size", -3), ("max_concurrent", -1), ("timeout", -0.5), ("retries", -2)],
)
async def test_negative_numbers_are_an_error(
    model_fleet: ModelFleet, journal: Journal, name: str, value: float
) -> None:
    """A number that makes no sense has to be a ValueError, before anything is sent."""
    url = await serve(model_fleet)
    arguments: dict[str, Any] = {name: value}

    with pytest.raises(ValueError):
        await asyncio.wait_for(batch_inference(pairs(2), url, **arguments), 60)

    assert len(journal) == 0


@pytest.mark.message("goes-on-when-cancelled")
async def test_a_cancellation_while_waiting_ends_it(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A call that is cancelled has to cancel its requests, and to send no further ones."""
    url = await serve(model_fleet, RateLimit(3))
    task = asyncio.ensure_future(batch_inference(pairs(4), url, batch_size=2, retries=5))
    await virtual_clock.advance(4)

    task.cancel()
    await asyncio.wait([task])
    ended = virtual_clock.now
    await virtual_clock.advance(20)

    assert task.cancelled()
    assert ended == 4
    assert len(journal) == 4
    journal.expect().connections_closed()


@pytest.mark.message("samples-changed")
@pytest.mark.parametrize("size", [1, 3, 20])
async def test_the_samples_are_there_afterwards(model_fleet: ModelFleet, size: int) -> None:
    """The list of samples is the caller's, and must not be changed."""
    url = await serve(model_fleet, Status(404, numbers=(2,)))
    samples = pairs(8)

    await batch_inference(samples, url, batch_size=size, max_concurrent=2)

    assert samples == pairs(8)


@pytest.mark.message("cap-not-reached")
async def test_more_than_a_hundred_are_in_flight(model_fleet: ModelFleet, journal: Journal) -> None:
    """As many as max_concurrent allows have to be in flight together, also above 100."""
    url = await serve(model_fleet, Latency(0.25))

    report = await batch_inference(pairs(112), url, batch_size=1, max_concurrent=107)

    peak = journal.peak_in_flight
    assert peak == 107, f"at most {peak} of 112 were in flight together"
    assert report["succeeded"] == 112


@pytest.mark.message("no-time-out")
@pytest.mark.parametrize("timeout", [0.75, 12.5, 90.0])
async def test_a_deadline_is_neither_shorter_nor_longer(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, timeout: float
) -> None:
    """A request without an answer has to fail after timeout seconds, not sooner or later."""
    faults = Hang(numbers=(2,)), Latency(timeout - 0.25)
    url = await serve(model_fleet, *faults)

    inference = asyncio.ensure_future(batch_inference(pairs(6), url, batch_size=2, timeout=timeout))
    await asyncio.wait([inference], timeout=300)

    took = virtual_clock.now
    assert took == timeout, f"it took {took:g} s, or had not ended then"
    report = await inference
    assert (report["succeeded"], report["failed"]) == (4, 2)


@pytest.mark.message("one-fails-all")
@pytest.mark.parametrize(("size", "retries"), [(1, 0), (4, 2)])
async def test_nobody_listens(model_fleet: ModelFleet, size: int, retries: int) -> None:
    """If nobody listens, every batch has to be reported as failed, without an exception."""
    url = f"{model_fleet.unreachable_url()}/v2/predict"

    report = await batch_inference(pairs(4), url, batch_size=size, retries=retries)

    assert report["predictions"] == [None] * 4
    assert (report["succeeded"], report["failed"]) == (0, 4)
    assert [each["attempts"] for each in report["errors"]] == [retries + 1] * (4 // size)
    assert report["attempts"] == (retries + 1) * (4 // size)


@pytest.mark.message("takes-nonsense")
@pytest.mark.parametrize(
    "content",
    [
        {"predictions": []},
        {"predictions": [1.0, 2.0]},
        {"predictions": [1.0, 2.0, 3.0, 4.0, 5.0]},
        {"predictions": None},
        {"outputs": [1.0, 2.0, 3.0]},
    ],
    ids=["empty", "one too few", "two too many", "null", "another name"],
)
async def test_a_200_has_to_hold_what_it_says(content: object) -> None:
    """A 200 without as many predictions as samples has to be a failure, and no second request."""
    async with ModelFleet([Answering(content)]) as fleet:
        server = await fleet.start("answering")

        report = await batch_inference(pairs(3), f"{server.url}/v2/predict", retries=1)
        requests = len(fleet.journal)

    assert report["predictions"] == [None, None, None]
    assert (report["succeeded"], report["failed"], report["attempts"], requests) == (0, 3, 1, 1)


@pytest.mark.points(2)
@pytest.mark.message("wrong-errors")
async def test_errors_stand_in_the_order_of_the_batches(model_fleet: ModelFleet) -> None:
    """For each batch that failed, its number, its requests and a reason have to stand in errors."""
    latencies = Latency(3, numbers=(1,)), Latency(2, numbers=(2,)), Latency(1, numbers=(3,))
    url = await serve(model_fleet, *latencies, Status(410, numbers=(1, 2, 3)))

    report = await batch_inference(pairs(4), url, batch_size=1, retries=1)

    assert [(each["batch"], each["attempts"]) for each in report["errors"]] == [
        (0, 1),
        (1, 1),
        (2, 1),
    ]
    assert all("410" in each["error"] for each in report["errors"])


@pytest.mark.message("others-retried")
@pytest.mark.parametrize("code", [501, 505, 508, 599])
async def test_every_5xx_may_pass(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, code: int
) -> None:
    """Only the batch that failed has to be sent again, at once, and may then succeed."""
    url = await serve(model_fleet, Latency(1), Status(code, numbers=(1,)))

    report = await batch_inference(pairs(4), url, batch_size=2, max_concurrent=1, retries=1)

    assert len(journal) == 3
    assert virtual_clock.now == 3.0
    assert (report["predictions"], report["errors"]) == (largest(4), [])


@pytest.mark.message("over-the-cap")
@pytest.mark.parametrize("cap", [1, 3])
async def test_a_try_at_once_needs_a_slot(
    model_fleet: ModelFleet, journal: Journal, cap: int
) -> None:
    """A batch that comes back needs a slot again: second tries count for max_concurrent, too."""
    url = await serve(model_fleet, Latency(1), Status(503, numbers=(1, 2, 3)))

    report = await batch_inference(pairs(7), url, batch_size=1, max_concurrent=cap, retries=3)

    journal.expect(10, "requests").at_most_in_flight(cap)
    assert report["predictions"] == largest(7)


@pytest.mark.message("waits-in-vain")
@pytest.mark.parametrize(("retries", "seconds"), [(0, 0), (2, 10)])
async def test_the_last_429_ends_it(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, retries: int, seconds: int
) -> None:
    """After its last request a batch has failed at once, whatever Retry-After says."""
    url = await serve(model_fleet, RateLimit(5))

    inference = asyncio.ensure_future(batch_inference(pairs(3), url, retries=retries))
    await asyncio.wait([inference], timeout=100)

    took = virtual_clock.now
    assert took == seconds, f"it took {took:g} s, or had not ended then"
    assert [each["attempts"] for each in (await inference)["errors"]] == [retries + 1]


@pytest.mark.message("no-samples")
@pytest.mark.parametrize("numbers", [{"batch_size": 1}, {"max_concurrent": 1, "retries": 3}])
async def test_nothing_to_ask(
    model_fleet: ModelFleet, journal: Journal, numbers: dict[str, Any]
) -> None:
    """No samples have to give a report of empty lists and zeros, and no request."""
    url = await serve(model_fleet)

    report = await batch_inference([], url, **numbers)

    assert (report["predictions"], report["errors"]) == ([], [])
    assert (report["succeeded"], report["failed"], report["attempts"]) == (0, 0, 0)
    assert len(journal) == 0


@pytest.mark.message("bad-number")
@pytest.mark.parametrize("count", [0, 5])
@pytest.mark.parametrize(
    "numbers",
    [
        {"batch_size": 0, "max_concurrent": 2},
        {"max_concurrent": 0, "retries": 1},
        {"timeout": 0.0, "batch_size": 3},
        {"retries": -7},
    ],
    ids=["batch_size 0", "max_concurrent 0", "timeout 0.0", "retries -7"],
)
async def test_one_bad_number_among_good_ones(
    model_fleet: ModelFleet, journal: Journal, count: int, numbers: dict[str, Any]
) -> None:
    """A number that makes no sense has to be a ValueError, before anything is sent."""
    url = await serve(model_fleet)

    with pytest.raises(ValueError):
        await asyncio.wait_for(batch_inference(pairs(count), url, **numbers), 60)

    assert len(journal) == 0


@pytest.mark.message("cancellation-swallowed")
async def test_a_slow_call_ends_as_cancelled(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """A call that is cancelled has to end as cancelled, and not with a report."""
    url = await serve(model_fleet, Latency(30))
    task = asyncio.ensure_future(batch_inference(pairs(6), url, batch_size=2, timeout=40))
    await virtual_clock.advance(7)

    task.cancel()
    await asyncio.wait([task], timeout=200)

    ended_as_cancelled = task.cancelled()
    assert ended_as_cancelled, "the call was cancelled, and did not end as cancelled"
    assert virtual_clock.now == 7


@pytest.mark.message("cancellation")
@pytest.mark.cancel_everywhere(at_most=60)
async def test_can_be_cancelled_while_batches_fail(model_fleet: ModelFleet) -> None:
    """Wherever the call is cancelled, nothing of it may be left behind."""
    url = await serve(model_fleet, Latency(0.25), Status(500, numbers=(2,)))

    await batch_inference(pairs(8), url, batch_size=2, max_concurrent=3, retries=1)


@pytest.mark.message("race")
@pytest.mark.explore(seeds=10)
async def test_holds_in_every_order_with_three_slots(
    model_fleet: ModelFleet, journal: Journal
) -> None:
    """In whatever order the tasks run, the cap has to hold, and every sample has to be counted."""
    url = await serve(model_fleet, Latency(1), Status(500, numbers=(1, 2, 5)))

    report = await batch_inference(pairs(9), url, batch_size=1, max_concurrent=3, retries=2)

    journal.expect().at_most_in_flight(3)
    assert report["attempts"] == len(journal) == 12
    assert (report["predictions"], report["errors"]) == (largest(9), [])
