"""The rules of the statement, one test each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from batch_inference import batch_inference

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import (
    Drip,
    Fault,
    Hang,
    InvalidJson,
    Journal,
    Latency,
    ModelFleet,
    RateLimit,
    Request,
    Reset,
    Response,
    Route,
    Status,
    TruncatedBody,
)


def rows(count: int) -> list[list[float]]:
    """So many samples, each with its number and a half."""
    return [[float(number), 0.5] for number in range(count)]


def sums(count: int, first: int = 0) -> list[float]:
    """What the model predicts for samples from ``first`` on: their sums."""
    return [number + 0.5 for number in range(first, first + count)]


def batch(first: int, count: int) -> dict[str, Any]:
    """The body of a request for some of `rows`."""
    return {"instances": [[float(number), 0.5] for number in range(first, first + count)]}


async def serve(fleet: ModelFleet, *faults: Fault) -> str:
    """The address of a model that adds up."""
    server = await fleet.start("resnet", *faults, predict=sum)
    return f"{server.url}/v1/models/resnet:predict"


class Nonsense:
    """A protocol that answers every batch with the same."""

    name = "nonsense"

    def __init__(self, content: object) -> None:
        self._content = content

    def routes(self, _models: object) -> Iterator[Route]:
        """The one route."""

        async def answer(_request: Request) -> Response:
            return Response.of_json(self._content)

        yield Route("POST", "/predict", answer)


@pytest.mark.message("wrong-request")
async def test_sends_a_batch_in_one_post_request(model_fleet: ModelFleet, journal: Journal) -> None:
    """A batch has to be one POST request to the URL, with its samples under "instances"."""
    url = await serve(model_fleet)

    await batch_inference(rows(3), url)

    journal.expect(1, "batch").requests(["POST /v1/models/resnet:predict"]).bodies([batch(0, 3)])


@pytest.mark.message("wrong-batches")
@pytest.mark.parametrize(
    ("count", "batch_size", "sizes"),
    [(25, 10, [10, 10, 5]), (4, 2, [2, 2]), (3, 1, [1, 1, 1]), (2, 7, [2])],
)
async def test_cuts_the_samples_into_batches(
    model_fleet: ModelFleet, journal: Journal, count: int, batch_size: int, sizes: list[int]
) -> None:
    """The samples have to be cut into batches of batch_size, in order; the last may be smaller."""
    url = await serve(model_fleet)

    await batch_inference(rows(count), url, batch_size=batch_size, max_concurrent=1)

    batches = sorted(body["instances"] for body in journal.bodies)
    assert [len(batch) for batch in batches] == sizes
    assert [sample for batch in batches for sample in batch] == rows(count)


@pytest.mark.points(2)
@pytest.mark.message("wrong-report")
async def test_reports_what_went_well(model_fleet: ModelFleet) -> None:
    """A report has to hold the predictions, how many there are, and how many requests were sent."""
    url = await serve(model_fleet)

    report = await batch_inference(rows(25), url)

    assert report == {
        "predictions": sums(25),
        "succeeded": 25,
        "failed": 0,
        "attempts": 3,
        "errors": [],
    }


@pytest.mark.message("wrong-order")
async def test_keeps_the_order_of_the_samples(model_fleet: ModelFleet) -> None:
    """Predictions have to stand in the order of the samples, not in that of the answers."""
    url = await serve(model_fleet, Latency(3, numbers=(1,)), Latency(1, numbers=(2,)))

    report = await batch_inference(rows(6), url, batch_size=2)

    assert report["predictions"] == sums(6)


@pytest.mark.message("samples-changed")
async def test_leaves_the_samples_alone(model_fleet: ModelFleet) -> None:
    """The list of samples is the caller's, and must not be changed."""
    url = await serve(model_fleet)
    samples = rows(5)

    await batch_inference(samples, url, batch_size=2)

    assert samples == rows(5)


@pytest.mark.message("over-the-cap")
@pytest.mark.parametrize("cap", [1, 3])
async def test_never_exceeds_the_cap(model_fleet: ModelFleet, journal: Journal, cap: int) -> None:
    """There must never be more than max_concurrent requests in flight."""
    url = await serve(model_fleet, Latency(0.5))

    await batch_inference(rows(7), url, batch_size=1, max_concurrent=cap)

    journal.expect(7, "batches").at_most_in_flight(cap)


@pytest.mark.message("cap-not-reached")
@pytest.mark.parametrize(("batches", "cap"), [(4, 4), (3, 8), (101, 120)])
async def test_reaches_the_cap(
    model_fleet: ModelFleet, journal: Journal, batches: int, cap: int
) -> None:
    """As many as max_concurrent allows have to be in flight together, also above 100."""
    url = await serve(model_fleet, Latency(0.5))

    await batch_inference(rows(batches), url, batch_size=1, max_concurrent=cap)

    peak, expected = journal.peak_in_flight, min(batches, cap)
    assert peak == expected, f"at most {peak} of {batches} were in flight together"


@pytest.mark.points(3)
@pytest.mark.message("waits-for-the-slowest")
async def test_refills_a_slot_at_once(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A slot that becomes free has to be taken at once, not when all of a group have ended."""
    url = await serve(model_fleet, Latency(3, numbers=(1,)), Latency(1, after=1))

    await batch_inference(rows(5), url, batch_size=1, max_concurrent=2)

    journal.expect(5, "batches").peak_in_flight(2).starts_apart([0, 1, 1, 1])
    took = virtual_clock.now
    assert took == 4.0, f"together they took {took:g} s"


@pytest.mark.message("begun-out-of-order")
async def test_begins_in_the_order_of_the_batches(
    model_fleet: ModelFleet, journal: Journal
) -> None:
    """Batches have to begin in their order."""
    url = await serve(model_fleet, Latency(1))

    await batch_inference(rows(9), url, batch_size=2, max_concurrent=1)

    journal.expect(5, "batches").bodies([batch(first, 2) for first in (0, 2, 4, 6)] + [batch(8, 1)])


@pytest.mark.points(2)
@pytest.mark.message("client-for-each")
async def test_shares_its_connections(model_fleet: ModelFleet, journal: Journal) -> None:
    """All requests have to share one pool: 12 of them, 4 at a time, need 4 connections."""
    url = await serve(model_fleet, Latency(0.5))

    await batch_inference(rows(12), url, batch_size=1, max_concurrent=4)

    journal.expect(12, "batches").connections(4)


@pytest.mark.message("wrong-number-of-tries")
@pytest.mark.parametrize("retries", [0, 1, 3])
async def test_has_as_many_tries_as_it_may(
    model_fleet: ModelFleet, journal: Journal, retries: int
) -> None:
    """Each batch that keeps failing has to have its first request and as many more as retries."""
    url = await serve(model_fleet, Status(503))

    report = await batch_inference(rows(2), url, batch_size=1, retries=retries)

    count = len(journal)
    assert count == 2 * (1 + retries), f"saw {count} requests for two batches"
    assert report["attempts"] == count
    assert [each["attempts"] for each in report["errors"]] == [1 + retries] * 2


@pytest.mark.message("no-time-out")
@pytest.mark.parametrize("timeout", [5.0, 1.5, 30.0])
async def test_a_request_has_a_deadline(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, timeout: float
) -> None:
    """A request without an answer has to fail after timeout seconds, not sooner or later."""
    url = await serve(model_fleet, Hang(numbers=(1,)))

    inference = asyncio.ensure_future(batch_inference(rows(2), url, batch_size=1, timeout=timeout))
    await asyncio.wait([inference], timeout=100)

    took = virtual_clock.now
    assert took == timeout, f"it took {took:g} s, or had not ended then"
    assert len((await inference)["errors"]) == 1


@pytest.mark.message("one-fails-all")
@pytest.mark.parametrize(
    "trouble",
    [
        Status(500, numbers=(2,)),
        Status(404, numbers=(2,)),
        Reset(numbers=(2,)),
        TruncatedBody(numbers=(2,)),
        Hang(numbers=(2,)),
        InvalidJson(numbers=(2,)),
    ],
    ids=["500", "404", "reset", "cut off", "time-out", "no JSON"],
)
async def test_a_failed_batch_marks_only_its_samples(
    model_fleet: ModelFleet, trouble: Fault
) -> None:
    """A batch that fails has to cost its own samples, and no other."""
    url = await serve(model_fleet, trouble)

    report = await batch_inference(rows(10), url, batch_size=4, max_concurrent=2)

    expected = [*sums(4), None, None, None, None, *sums(2, 8)]
    assert report["predictions"] == expected
    assert (report["succeeded"], report["failed"]) == (6, 4)


@pytest.mark.points(2)
@pytest.mark.message("wrong-errors")
async def test_tells_of_each_batch_that_failed(model_fleet: ModelFleet) -> None:
    """For each batch that failed, its number, its requests and a reason have to stand in errors."""
    url = await serve(model_fleet, Latency(2, numbers=(1,)), Status(418, numbers=(1, 3)))

    report = await batch_inference(rows(8), url, batch_size=2)

    assert [(each["batch"], each["attempts"]) for each in report["errors"]] == [(0, 1), (2, 1)]
    assert all(each.keys() == {"batch", "attempts", "error"} for each in report["errors"])
    assert all("418" in each["error"] for each in report["errors"])
    assert report["attempts"] == 4


@pytest.mark.message("error-without-text")
@pytest.mark.parametrize("trouble", [Hang(), Reset()], ids=["time-out", "reset"])
async def test_an_error_has_a_text(model_fleet: ModelFleet, trouble: Fault) -> None:
    """An error has to be said in words: the text of an exception may be empty."""
    url = await serve(model_fleet, trouble)

    report = await batch_inference(rows(1), url)

    (error,) = report["errors"]
    assert isinstance(error["error"], str)
    assert error["error"].strip() != ""


@pytest.mark.message("one-fails-all")
async def test_a_server_that_is_gone_fails_every_batch(model_fleet: ModelFleet) -> None:
    """If nobody listens, every batch has to be reported as failed, without an exception."""
    url = f"{model_fleet.unreachable_url()}/predict"

    report = await batch_inference(rows(3), url, batch_size=2, retries=1)

    assert report["predictions"] == [None, None, None]
    assert (report["succeeded"], report["failed"], report["attempts"]) == (0, 3, 4)


@pytest.mark.message("takes-nonsense")
@pytest.mark.parametrize(
    "content",
    [{"predictions": [1.0]}, {"predictions": [1.0, 2.0, 3.0]}, {"predictions": "12"}, {}, [1.0, 2]],
    ids=["too few", "too many", "a text", "nothing", "a list"],
)
async def test_a_200_with_nonsense_is_a_failure(content: object) -> None:
    """A 200 without as many predictions as samples has to be a failure, and no second request."""
    async with ModelFleet([Nonsense(content)]) as fleet:
        server = await fleet.start("odd")

        report = await batch_inference(rows(2), f"{server.url}/predict", retries=2)
        requests = len(fleet.journal)

    assert report["predictions"] == [None, None]
    assert (report["failed"], report["attempts"], requests) == (2, 1, 1)


@pytest.mark.points(2)
@pytest.mark.message("deadline-of-gaps")
async def test_a_trickle_does_not_move_the_deadline(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """The deadline has to hold for the whole answer: bytes that trickle in must not move it."""
    url = await serve(model_fleet, Drip(size=1, interval=1))

    report = await batch_inference(rows(1), url, timeout=5.0)

    took = virtual_clock.now
    assert took == 5.0, f"it took {took:g} s"
    assert report["failed"] == 1


@pytest.mark.points(2)
@pytest.mark.message("waiting-counts")
async def test_waiting_for_a_slot_does_not_count(model_fleet: ModelFleet) -> None:
    """The time for which a batch waits for a slot must not count for its deadline."""
    url = await serve(model_fleet, Latency(2))

    report = await batch_inference(rows(4), url, batch_size=1, max_concurrent=1, timeout=2.5)

    assert report["predictions"] == sums(4)


@pytest.mark.message("slot-lost")
@pytest.mark.parametrize(
    ("trouble", "seconds"),
    [
        (Hang(first=2), 10),
        (Status(500, first=2), 0),
        (Reset(first=2), 0),
        (Status(404, first=2), 0),
    ],
    ids=["time-out", "500", "reset", "404"],
)
async def test_a_failure_frees_its_slot(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, trouble: Fault, seconds: int
) -> None:
    """A request that fails has to give its slot free, at once, in whichever way it fails."""
    url = await serve(model_fleet, trouble)

    inference = asyncio.ensure_future(
        batch_inference(rows(4), url, batch_size=1, max_concurrent=1, timeout=5.0)
    )
    await asyncio.wait([inference], timeout=100)

    took = virtual_clock.now
    assert took == seconds, f"it took {took:g} s, or had not ended then"
    assert (await inference)["predictions"] == [None, None, *sums(2, 2)]


@pytest.mark.message("others-retried")
@pytest.mark.parametrize(
    "trouble",
    [Status(502, numbers=(2,)), Status(507, numbers=(2,)), Reset(numbers=(2,))]
    + [TruncatedBody(numbers=(2,))],
    ids=["502", "507", "reset", "cut off"],
)
async def test_only_the_failed_batch_is_tried_again(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, trouble: Fault
) -> None:
    """Only the batch that failed has to be sent again, at once, and may then succeed."""
    latencies = Latency(1, numbers=(2, 4)), Latency(3, numbers=(1, 3))
    url = await serve(model_fleet, *latencies, trouble)

    report = await batch_inference(rows(6), url, batch_size=2, retries=2)

    assert sorted(body["instances"][0][0] for body in journal.bodies) == [0, 2, 2, 4]
    journal.expect(4, "requests").starts_apart([0, 0, 1])
    took = virtual_clock.now
    assert took == 3.0, f"together they took {took:g} s"
    assert (report["predictions"], report["attempts"]) == (sums(6), 4)
    assert (report["succeeded"], report["failed"], report["errors"]) == (6, 0, [])


@pytest.mark.message("others-retried")
async def test_a_batch_is_tried_again_after_a_time_out(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """A request that was too late has to be followed by another one, at once."""
    url = await serve(model_fleet, Hang(first=1), Latency(0.5))

    report = await batch_inference(rows(2), url, timeout=2.0, retries=1)

    assert (report["predictions"], report["attempts"]) == (sums(2), 2)
    took = virtual_clock.now
    assert took == 2.5, f"it took {took:g} s"


@pytest.mark.message("retries-in-vain")
@pytest.mark.parametrize("code", [204, 302, 400, 404, 422])
async def test_what_would_fail_again_is_not_tried_again(
    model_fleet: ModelFleet, journal: Journal, code: int
) -> None:
    """A status that is neither 200, 429 nor 5xx has to be final: no second request."""
    location = (("location", "/elsewhere"),) if code == 302 else ()
    url = await serve(model_fleet, Status(code, location))

    report = await batch_inference(rows(1), url, retries=2)

    journal.expect(1, "request").requests(["POST /v1/models/resnet:predict"])
    assert [each["attempts"] for each in report["errors"]] == [1]
    assert str(code) in report["errors"][0]["error"]


@pytest.mark.points(2)
@pytest.mark.message("retry-after-ignored")
async def test_comes_back_when_it_is_told_to(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """After a 429 with Retry-After, the next request has to come so many seconds later."""
    faults = RateLimit(3, numbers=(1,)), RateLimit(1, numbers=(2,))
    url = await serve(model_fleet, Latency(0.5), *faults)

    report = await batch_inference(rows(2), url, retries=2)

    journal.expect(3, "requests").gaps([3, 1])
    assert report["predictions"] == sums(2)
    took = virtual_clock.now
    assert took == 5.5, f"it took {took:g} s"


@pytest.mark.message("retry-after-missing")
async def test_a_429_may_come_without_retry_after(
    model_fleet: ModelFleet, journal: Journal
) -> None:
    """After a 429 without Retry-After, the next request has to come at once."""
    url = await serve(model_fleet, Status(429, first=1))

    report = await batch_inference(rows(2), url, retries=1)

    journal.expect(2, "requests").gaps([0])
    assert report["predictions"] == sums(2)


@pytest.mark.points(2)
@pytest.mark.message("slot-kept-while-waiting")
async def test_waits_without_a_slot(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A batch that was told to wait must not hold its slot meanwhile: the others go on."""
    url = await serve(model_fleet, Latency(1), RateLimit(2, numbers=(1,)))

    report = await batch_inference(rows(3), url, batch_size=1, max_concurrent=1, retries=1)

    journal.expect(4, "requests").one_at_a_time().starts_apart([1, 1, 1])
    took = virtual_clock.now
    assert took == 4.0, f"together they took {took:g} s"
    assert report["predictions"] == sums(3)


@pytest.mark.message("over-the-cap")
@pytest.mark.parametrize("retry_after", [1, 2])
async def test_a_second_try_needs_a_slot(
    model_fleet: ModelFleet, journal: Journal, retry_after: int
) -> None:
    """A batch that comes back needs a slot again: second tries count for max_concurrent, too."""
    url = await serve(model_fleet, Latency(1), RateLimit(retry_after, numbers=(1, 2)))

    report = await batch_inference(rows(6), url, batch_size=1, max_concurrent=2, retries=1)

    journal.expect(8, "requests").at_most_in_flight(2)
    assert report["predictions"] == sums(6)


@pytest.mark.message("waits-in-vain")
async def test_nobody_waits_after_the_last_request(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """After its last request a batch has failed at once, whatever Retry-After says."""
    url = await serve(model_fleet, RateLimit(7))

    inference = asyncio.ensure_future(batch_inference(rows(2), url, retries=1))
    await asyncio.wait([inference], timeout=100)

    took = virtual_clock.now
    assert took == 7.0, f"it took {took:g} s, or had not ended then"
    report = await inference
    assert [each["attempts"] for each in report["errors"]] == [2]
    assert "429" in report["errors"][0]["error"]


@pytest.mark.message("no-samples")
async def test_no_samples_give_an_empty_report(model_fleet: ModelFleet, journal: Journal) -> None:
    """No samples have to give a report of empty lists and zeros, and no request."""
    url = await serve(model_fleet)

    report = await batch_inference([], url)

    nothing = {"predictions": [], "succeeded": 0, "failed": 0, "attempts": 0, "errors": []}
    assert report == nothing
    assert len(journal) == 0


@pytest.mark.message("bad-number")
@pytest.mark.parametrize(
    "number",
    [{"batch_size": 0}, {"max_concurrent": 0}, {"timeout": 0}, {"timeout": -1.0}, {"retries": -1}],
    ids=["batch_size 0", "max_concurrent 0", "timeout 0", "timeout -1", "retries -1"],
)
async def test_numbers_that_make_no_sense_are_an_error(
    model_fleet: ModelFleet, journal: Journal, number: dict[str, Any]
) -> None:
    """A number that makes no sense has to be a ValueError, before anything is sent."""
    url = await serve(model_fleet)

    for samples in (rows(2), []):
        with pytest.raises(ValueError):
            await asyncio.wait_for(batch_inference(samples, url, **number), 60)

    assert len(journal) == 0


@pytest.mark.points(2)
@pytest.mark.message("goes-on-when-cancelled")
async def test_a_cancellation_ends_the_requests(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A call that is cancelled has to cancel its requests, and to send no further ones."""
    url = await serve(model_fleet, RateLimit(2, numbers=(1,)), Hang())
    task = asyncio.ensure_future(
        batch_inference(rows(5), url, batch_size=1, max_concurrent=2, retries=2)
    )
    await virtual_clock.advance(1)

    task.cancel()
    await asyncio.wait([task])
    await virtual_clock.advance(20)

    count = len(journal)
    assert count == 3, f"{count} requests were sent, 3 before the cancellation"
    journal[1:].expect(2, "requests in flight").cancelled()


@pytest.mark.message("cancellation-swallowed")
async def test_a_cancelled_call_ends_as_cancelled(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """A call that is cancelled has to end as cancelled, and not with a report."""
    url = await serve(model_fleet, Hang())
    task = asyncio.ensure_future(batch_inference(rows(2), url, batch_size=1, retries=2))
    await virtual_clock.advance(1)

    task.cancel()
    await asyncio.wait([task], timeout=60)

    ended_as_cancelled = task.cancelled()
    assert ended_as_cancelled, "the call was cancelled, and did not end as cancelled"


@pytest.mark.message("client-left-open")
async def test_closes_every_connection(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Every connection has to be closed at the end, after answers and after failures."""
    url = await serve(model_fleet, Status(500, numbers=(2,)), Hang(numbers=(3,)))

    report = await batch_inference(rows(5), url, batch_size=1)
    await virtual_clock.advance(0.001)

    assert len(report["errors"]) == 2
    journal.expect().connections_closed()


@pytest.mark.message("cancellation")
@pytest.mark.cancel_everywhere(at_most=60)
async def test_can_be_cancelled_at_any_moment(model_fleet: ModelFleet) -> None:
    """Wherever the call is cancelled, nothing of it may be left behind."""
    url = await serve(model_fleet, RateLimit(1, numbers=(1,)), Latency(0.5))

    await batch_inference(rows(3), url, batch_size=1, max_concurrent=2, retries=1)


@pytest.mark.message("race")
@pytest.mark.explore(seeds=10)
async def test_holds_in_every_order(model_fleet: ModelFleet, journal: Journal) -> None:
    """In whatever order the tasks run, the cap has to hold, and every sample has to be counted."""
    url = await serve(model_fleet, Status(503, numbers=(2, 3)), Latency(0.5))

    report = await batch_inference(rows(7), url, batch_size=2, max_concurrent=2, retries=1)

    journal.expect().at_most_in_flight(2)
    assert report["attempts"] == len(journal)
    missing = report["predictions"].count(None)
    assert (report["succeeded"], report["failed"]) == (7 - missing, missing)
    for number, prediction in enumerate(report["predictions"]):
        assert prediction in (None, number + 0.5)
