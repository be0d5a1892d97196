"""The rules of the statement, one test each."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from retry_backoff import fetch_despite_outages, fetch_with_retry

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import (
    EmptyReply,
    GarbledGzip,
    Hang,
    InvalidJson,
    Journal,
    Latency,
    Model,
    ModelFleet,
    ModelServer,
    Refused,
    Reset,
    Status,
    TruncatedBody,
)

RESNET = {"model_id": "resnet", "version": "1.0", "accuracy": 0.95}
PATH = "/models/resnet"


async def start_resnet(fleet: ModelFleet, *faults: Any) -> str:
    """Start a server with faults. Gives the address of what it knows about its model."""
    server = await fleet.start(Model("resnet", metadata=RESNET), *faults)
    return f"{server.url}{PATH}"


@pytest.mark.message("wrong-request")
async def test_sends_one_get_request(model_fleet: ModelFleet, journal: Journal) -> None:
    """A fetch that succeeds has to be one GET request, to the URL exactly as it is given."""
    url = await start_resnet(model_fleet)

    await fetch_with_retry(f"{url}?version=3&stage=a%2Fb")

    journal.expect().requests([f"GET {PATH}"])
    asked = journal[0].target
    assert asked == f"{PATH}?version=3&stage=a%2Fb"


@pytest.mark.message("wrong-answer")
async def test_returns_the_object(model_fleet: ModelFleet) -> None:
    """The JSON object of a 200 has to be returned, as a dictionary."""
    url = await start_resnet(model_fleet)

    result = await fetch_with_retry(url)

    assert result == RESNET


@pytest.mark.message("wrong-time-out")
@pytest.mark.parametrize(
    "silence", [Hang(), Hang(after_bytes=5)], ids=["at-first", "in-the-middle"]
)
async def test_waits_for_ten_seconds(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, silence: Hang
) -> None:
    """A server that is silent for 10.0 seconds has timed out then, not sooner and not later."""
    url = await start_resnet(model_fleet, silence)

    fetch = asyncio.ensure_future(fetch_with_retry(url, max_retries=1))
    await asyncio.wait([fetch], timeout=60)
    await virtual_clock.advance(0)

    took = journal[0].seconds
    assert took == 10.0, f"the server was left alone after {took or 60:g} s, or not even then"
    # What becomes of a time-out is what the next tests are about.
    await asyncio.gather(fetch, return_exceptions=True)


@pytest.mark.message("impatient")
async def test_waits_for_a_slow_answer(model_fleet: ModelFleet) -> None:
    """An answer that takes 9.9 seconds is an answer, and not a time-out."""
    url = await start_resnet(model_fleet, Latency(9.9))

    assert await fetch_with_retry(url, max_retries=1) == RESNET


@pytest.mark.points(3)
@pytest.mark.message("time-out-not-retried")
async def test_tries_again_after_a_time_out(model_fleet: ModelFleet, journal: Journal) -> None:
    """After a time-out there has to be another request, and its answer is the result."""
    url = await start_resnet(model_fleet, Hang(first=1))

    result = await fetch_with_retry(url)

    journal.expect(2, "requests").outcomes(["cancelled", "served"])
    assert result == RESNET


@pytest.mark.message("wrong-number-of-requests")
@pytest.mark.parametrize("attempts", [1, 2])
async def test_asks_so_many_times_at_most(
    model_fleet: ModelFleet, journal: Journal, attempts: int
) -> None:
    """max_retries has to be the number of all requests; with the last time-out comes None."""
    url = await start_resnet(model_fleet, Hang())

    result = await fetch_with_retry(url, attempts)

    count = len(journal)
    assert count == attempts, f"max_retries={attempts}, and the server saw {count} requests"
    assert result is None


@pytest.mark.message("wrong-number-of-requests")
async def test_asks_three_times_by_default(model_fleet: ModelFleet, journal: Journal) -> None:
    """Without max_retries there have to be three requests at most."""
    url = await start_resnet(model_fleet, Hang())

    await fetch_with_retry(url)

    count = len(journal)
    assert count == 3, f"saw {count} requests"


@pytest.mark.message("no-request-allowed")
async def test_asks_nobody_if_it_may_not(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """With max_retries=0 there has to be no request, no pause and no exception, but None."""
    url = await start_resnet(model_fleet)

    with virtual_clock.elapsed() as elapsed:
        result = await fetch_with_retry(url, max_retries=0)

    assert result is None
    assert len(journal) == 0
    assert elapsed.seconds == 0


@pytest.mark.points(3)
@pytest.mark.message("wrong-pauses")
async def test_waits_twice_as_long_each_time(model_fleet: ModelFleet, journal: Journal) -> None:
    """The pauses have to be 1, 2, 4, 8 seconds long: each twice the one before."""
    url = await start_resnet(model_fleet, Hang())

    await fetch_with_retry(url, max_retries=5)

    journal.expect(5, "requests").gaps([1, 2, 4, 8])


@pytest.mark.points(2)
@pytest.mark.message("useless-pause")
async def test_does_not_wait_for_nothing(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Before the first request and behind the last one there must be no pause."""
    url = await start_resnet(model_fleet, Hang())

    with virtual_clock.elapsed() as elapsed:
        await fetch_with_retry(url, max_retries=2)

    took = elapsed.seconds
    assert took == 21, f"took {took:g} s, and 10 + 1 + 10 = 21 s were due"


@pytest.mark.message("retries-an-answer")
@pytest.mark.parametrize("code", [302, 404, 429, 500, 503])
async def test_takes_an_error_for_an_answer(
    model_fleet: ModelFleet, journal: Journal, code: int
) -> None:
    """For fetch_with_retry a redirect or an error is an answer: None, after one request."""
    location = (("location", PATH),) if code == 302 else ()
    url = await start_resnet(model_fleet, Status(code, location, first=1))

    result = await fetch_with_retry(url)

    journal.expect().statuses([code])
    assert result is None


@pytest.mark.message("connection-error-escapes")
@pytest.mark.parametrize("trouble", ["refused", "reset", "closed", "incomplete"])
async def test_a_broken_connection_gives_none(
    model_fleet: ModelFleet, journal: Journal, trouble: str
) -> None:
    """For fetch_with_retry a connection that is refused or breaks means None, not an exception."""
    faults = {"reset": [Reset()], "closed": [EmptyReply()], "incomplete": [TruncatedBody(5)]}
    url = await start_resnet(model_fleet, *faults.get(trouble, []))
    if trouble == "refused":
        url = f"{model_fleet.unreachable_url()}{PATH}"

    assert await fetch_with_retry(url) is None


@pytest.mark.message("retries-a-broken-connection")
@pytest.mark.parametrize("trouble", ["refused", "reset"])
async def test_does_not_try_a_broken_connection_again(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, trouble: str
) -> None:
    """fetch_with_retry must not try again after a connection that was refused or broke."""
    url = await start_resnet(model_fleet, Reset())
    if trouble == "refused":
        url = f"{model_fleet.unreachable_url()}{PATH}"

    with virtual_clock.elapsed() as elapsed:
        await fetch_with_retry(url)

    took, count = elapsed.seconds, len(journal)
    assert (took, count) == (0, int(trouble == "reset")), f"{count} requests reached it in {took} s"


@pytest.mark.message("not-a-json-object")
@pytest.mark.parametrize(
    "fault",
    [InvalidJson(), InvalidJson(text="[1, 2]"), InvalidJson(text=""), GarbledGzip()],
    ids=["broken", "list", "empty", "garbled"],
)
async def test_gives_none_for_what_is_no_json_object(
    model_fleet: ModelFleet, journal: Journal, fault: Any
) -> None:
    """A 200 without a JSON object has to give None: no exception, no list."""
    url = await start_resnet(model_fleet, fault)

    assert await fetch_with_retry(url) is None


@pytest.mark.message("retries-bad-json")
async def test_does_not_ask_again_for_what_is_no_json_object(
    model_fleet: ModelFleet, journal: Journal
) -> None:
    """A 200 without a JSON object is an answer, and no reason for another request."""
    url = await start_resnet(model_fleet, InvalidJson(first=1))

    await fetch_with_retry(url)

    count = len(journal)
    assert count == 1, f"saw {count} requests"


@pytest.mark.message("invalid-url")
@pytest.mark.parametrize("url", ["127.0.0.1:8000/models", "http://127.0.0.1:port/models"])
async def test_an_impossible_url_is_a_value_error(virtual_clock: VirtualClock, url: str) -> None:
    """An address that httpx cannot ask for has to raise a ValueError, at once."""
    with virtual_clock.elapsed() as elapsed, pytest.raises(ValueError):
        result = await fetch_with_retry(url)
        pytest.fail(f"returned {result!r} for {url}")

    took = elapsed.seconds
    assert took == 0, f"took {took:g} s"


@pytest.mark.points(2)
@pytest.mark.message("calls-disturb-each-other")
@pytest.mark.explore(seeds=4)
async def test_calls_are_independent(model_fleet: ModelFleet, virtual_clock: VirtualClock) -> None:
    """While one call waits, others have to run, and no call's pauses depend on another's."""
    urls = []
    for hangs in (2, 1, 2):
        name = f"model-{len(urls)}"
        server = await model_fleet.start(name, Hang(first=hangs))
        urls.append(f"{server.url}/models/{name}")

    with virtual_clock.elapsed() as together:
        results = await asyncio.gather(*(fetch_with_retry(url) for url in urls))

    took = together.seconds
    assert took == 23, f"together they took {took:g} s, and 10 + 1 + 10 + 2 = 23 s were due"
    assert [result and result["model_id"] for result in results] == [
        "model-0",
        "model-1",
        "model-2",
    ]


@pytest.mark.message("cancellation-swallowed")
@pytest.mark.parametrize("moment", [5, 10.5], ids=["in-a-request", "in-a-pause"])
async def test_a_cancellation_ends_it_at_once(
    model_fleet: ModelFleet,
    journal: Journal,
    virtual_clock: VirtualClock,
    moment: float,
) -> None:
    """A cancelled fetch has to end as cancelled, at once, and to send nothing more."""
    url = await start_resnet(model_fleet, Hang())
    fetch = asyncio.ensure_future(fetch_with_retry(url))
    await virtual_clock.advance(moment)

    fetch.cancel()
    with virtual_clock.elapsed() as elapsed:
        await asyncio.wait([fetch], timeout=60)

    took, ended_as_cancelled = elapsed.seconds, fetch.cancelled()
    assert ended_as_cancelled, "the task was cancelled, and did not end as cancelled"
    assert took == 0, f"it went on for {took:g} s"
    assert len(journal) == 1


@pytest.mark.points(2)
@pytest.mark.message("connection-left-open")
async def test_closes_every_connection(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Every connection has to be closed, after an answer and after an error."""
    for name, faults in {"well": [], "ill": [Status(500)], "odd": [InvalidJson()]}.items():
        server = await model_fleet.start(name, *faults)
        await fetch_with_retry(f"{server.url}/models/{name}")
    await virtual_clock.advance(0.001)

    journal.expect().some().connections_closed()


@pytest.mark.points(2)
@pytest.mark.message("cleans-up-after-cancellation")
@pytest.mark.cancel_everywhere(at_most=20)
async def test_leaves_nothing_behind_wherever_it_is_cancelled(model_server: ModelServer) -> None:
    """Wherever a fetch is cancelled, it has to end as cancelled and to leave nothing open."""
    model_server.faults.replace(Hang(after_bytes=5, first=1))

    await fetch_with_retry(f"{model_server.url}/models/model")


@pytest.mark.message("wrong-request")
async def test_the_other_function_asks_once_if_all_is_well(
    model_fleet: ModelFleet, journal: Journal
) -> None:
    """fetch_despite_outages, too, has to return the object of a 200, after one GET request."""
    url = await start_resnet(model_fleet)

    result = await fetch_despite_outages(f"{url}?version=3")

    journal.expect().requests([f"GET {PATH}"])
    assert journal[0].target == f"{PATH}?version=3"
    assert result == RESNET


@pytest.mark.message("outage-not-retried")
@pytest.mark.parametrize(
    "outage",
    [
        Status(500, first=2),
        Status(503, first=2),
        Reset(first=2),
        TruncatedBody(5, first=2),
        Refused(until=2),
    ],
    ids=["500", "503", "reset", "incomplete", "refused"],
)
async def test_survives_an_outage(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, outage: Any
) -> None:
    """fetch_despite_outages has to try again after a 5xx and after a broken connection."""
    url = await start_resnet(model_fleet, outage)

    with virtual_clock.elapsed() as elapsed:
        result = await fetch_despite_outages(url)

    assert result == RESNET
    took = elapsed.seconds
    assert took == 3, f"the answer was there after {took:g} s, and 1 + 2 = 3 s were due"


@pytest.mark.message("time-out-not-retried")
async def test_survives_a_time_out(model_fleet: ModelFleet, virtual_clock: VirtualClock) -> None:
    """fetch_despite_outages, too, has to try again after a time-out of 10.0 seconds."""
    url = await start_resnet(model_fleet, Hang(first=1))

    with virtual_clock.elapsed() as elapsed:
        result = await fetch_despite_outages(url)

    assert result == RESNET
    took = elapsed.seconds
    assert took == 11, f"the answer was there after {took:g} s, and 10 + 1 = 11 s were due"


@pytest.mark.message("outage-without-end")
@pytest.mark.parametrize("outage", ["status", "reset", "refused"])
async def test_gives_up_on_an_outage(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, outage: str
) -> None:
    """An outage that outlasts every attempt has to end in None, with no pause behind the last."""
    url = await start_resnet(model_fleet, Reset() if outage == "reset" else Status(503))
    if outage == "refused":
        url = f"{model_fleet.unreachable_url()}{PATH}"

    with virtual_clock.elapsed() as elapsed:
        result = await fetch_despite_outages(url, max_retries=4)

    assert result is None
    took = elapsed.seconds
    assert took == 7, f"took {took:g} s, and 1 + 2 + 4 = 7 s were due"


@pytest.mark.points(3)
@pytest.mark.message("counts-by-sort")
async def test_counts_failures_of_every_sort_together(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Pauses and max_retries count all attempts together, whatever came of each."""
    url = await start_resnet(
        model_fleet, Hang(numbers=(1, 4)), Reset(numbers=(2,)), Status(503, numbers=(3,))
    )

    result = await fetch_despite_outages(url, max_retries=4)
    await virtual_clock.advance(0)

    requests = journal.expect(4, "requests")
    requests.outcomes(["cancelled", "reset", "faulted", "cancelled"]).gaps([1, 2, 4])
    assert result is None


@pytest.mark.message("retries-the-callers-mistake")
@pytest.mark.parametrize("code", [302, 404, 429])
async def test_does_not_ask_again_for_what_is_not_there(
    model_fleet: ModelFleet, journal: Journal, code: int
) -> None:
    """A redirect or a 4xx is no outage: None after one request, also for fetch_despite_outages."""
    location = (("location", PATH),) if code == 302 else ()
    url = await start_resnet(model_fleet, Status(code, location, first=1))

    result = await fetch_despite_outages(url)

    journal.expect().statuses([code])
    assert result is None


@pytest.mark.message("retries-bad-json")
@pytest.mark.parametrize("body", ["[1, 2]", '{"half": '], ids=["list", "broken"])
async def test_does_not_take_bad_json_for_an_outage(
    model_fleet: ModelFleet, journal: Journal, body: str
) -> None:
    """A 200 without a JSON object is no outage: None after one request."""
    url = await start_resnet(model_fleet, InvalidJson(text=body, first=1))

    result = await fetch_despite_outages(url)

    count = len(journal)
    assert count == 1, f"saw {count} requests"
    assert result is None


@pytest.mark.message("wrong-number-of-requests")
@pytest.mark.parametrize(("options", "attempts"), [({}, 3), ({"max_retries": 0}, 0)])
async def test_the_other_function_asks_so_many_times_at_most(
    model_fleet: ModelFleet, journal: Journal, options: dict[str, int], attempts: int
) -> None:
    """fetch_despite_outages, too, asks three times by default, and with max_retries=0 nobody."""
    url = await start_resnet(model_fleet, Status(503))

    result = await fetch_despite_outages(url, **options)

    count = len(journal)
    assert count == attempts, f"saw {count} requests"
    assert result is None


@pytest.mark.message("impossible-url-is-no-outage")
@pytest.mark.parametrize("url", ["127.0.0.1:8000/models", "http://127.0.0.1:port/models"])
async def test_an_impossible_url_is_no_outage(virtual_clock: VirtualClock, url: str) -> None:
    """No second try mends an address: fetch_despite_outages has to raise ValueError at once."""
    with virtual_clock.elapsed() as elapsed, pytest.raises(ValueError):
        result = await fetch_despite_outages(url)
        pytest.fail(f"returned {result!r} for {url} after {elapsed.seconds:g} s")

    took = elapsed.seconds
    assert took == 0, f"took {took:g} s"


@pytest.mark.message("cancellation-swallowed")
async def test_a_cancellation_is_no_outage(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Cancelled in a pause, fetch_despite_outages has to end at once and to send nothing more."""
    url = await start_resnet(model_fleet, Status(503))
    fetch = asyncio.ensure_future(fetch_despite_outages(url))
    await virtual_clock.advance(1.5)

    fetch.cancel()
    with virtual_clock.elapsed() as elapsed:
        await asyncio.wait([fetch], timeout=60)

    took, ended_as_cancelled = elapsed.seconds, fetch.cancelled()
    assert ended_as_cancelled, "the task was cancelled, and did not end as cancelled"
    assert took == 0, f"it went on for {took:g} s"
    assert len(journal) == 2


@pytest.mark.message("cleans-up-after-cancellation")
@pytest.mark.cancel_everywhere(at_most=20)
async def test_the_other_function_leaves_nothing_behind(model_server: ModelServer) -> None:
    """Wherever fetch_despite_outages is cancelled, it has to leave nothing open."""
    model_server.faults.replace(Status(503, first=1))

    await fetch_despite_outages(f"{model_server.url}/models/model")
