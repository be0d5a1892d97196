"""The same rules with other inputs, for instructors: an answer made to fit the visible tests fails."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from retry_backoff import fetch_despite_outages, fetch_with_retry

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import (
    BadChunk,
    EmptyReply,
    GarbledGzip,
    HalfClose,
    Hang,
    InvalidJson,
    Journal,
    Latency,
    MalformedHead,
    Model,
    ModelFleet,
    Refused,
    Reset,
    Status,
)

BERT = {"model_id": "bert", "layers": [{"heads": 12}], "note": "größer"}


async def start_bert(fleet: ModelFleet, *faults: Any) -> str:
    """Start a server with faults. Gives the address of what it knows about its model."""
    server = await fleet.start(Model("bert", metadata=BERT), *faults)
    return f"{server.url}/models/bert"


@pytest.mark.message("wrong-answer")
@pytest.mark.parametrize("function", ["fetch_with_retry", "fetch_despite_outages"])
async def test_returns_what_is_there(
    model_fleet: ModelFleet, journal: Journal, function: str
) -> None:
    """The object of a 200 is returned as it is, after one GET request."""
    url = f"{await start_bert(model_fleet, Latency(3))}?a=1&a=2"
    fetch = fetch_with_retry if function == "fetch_with_retry" else fetch_despite_outages

    result = await fetch(url)

    assert result == BERT
    journal.expect().requests(["GET /models/bert"])
    assert journal[0].target.endswith("?a=1&a=2")


@pytest.mark.message("time-out-not-retried")
@pytest.mark.parametrize("failures", [1, 2, 3, 4, 5])
async def test_succeeds_after_some_time_outs(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, failures: int
) -> None:
    """After so many time-outs of ten seconds, and pauses that double, there is an answer."""
    url = await start_bert(model_fleet, Hang(first=failures))

    with virtual_clock.elapsed() as elapsed:
        result = await fetch_with_retry(url, 6)

    assert result == BERT
    assert elapsed.seconds == 10 * failures + 2**failures - 1


@pytest.mark.message("wrong-pauses")
@pytest.mark.parametrize("attempts", [3, 4, 7])
async def test_gives_up(model_fleet: ModelFleet, journal: Journal, attempts: int) -> None:
    """So many requests, and pauses of powers of two between them."""
    url = await start_bert(model_fleet, Hang(after_bytes=20))

    result = await fetch_with_retry(url, max_retries=attempts)

    assert result is None
    journal.expect(attempts, "requests").gaps([2**n for n in range(attempts - 1)])


@pytest.mark.message("useless-pause")
@pytest.mark.parametrize("attempts", [0, 1, 4])
async def test_takes_no_longer_than_it_has_to(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, attempts: int
) -> None:
    """No pause before the first request, and none behind the last."""
    url = await start_bert(model_fleet, Hang())

    with virtual_clock.elapsed() as elapsed:
        await fetch_with_retry(url, attempts)

    assert elapsed.seconds == 10 * attempts + 2 ** max(attempts - 1, 0) - 1


@pytest.mark.message("impatient")
@pytest.mark.parametrize("seconds", [5.1, 9.99])
async def test_waits_for_slow_answers(
    model_fleet: ModelFleet, journal: Journal, seconds: float
) -> None:
    """An answer within ten seconds is an answer."""
    url = await start_bert(model_fleet, Latency(seconds))

    assert await fetch_despite_outages(url) == BERT
    assert len(journal) == 1


@pytest.mark.message("retries-an-answer")
@pytest.mark.parametrize("code", [301, 307, 401, 403, 408, 410, 425, 501, 502, 504])
async def test_errors_are_answers(model_fleet: ModelFleet, journal: Journal, code: int) -> None:
    """None after one request, also for codes that are called time-outs."""
    url = await start_bert(model_fleet, Status(code, {"location": "/models/bert"}, first=1))

    assert await fetch_with_retry(url, 4) is None
    journal.expect().statuses([code])


@pytest.mark.message("connection-error-escapes")
@pytest.mark.parametrize("fault", [Reset(after_bytes=9), MalformedHead(), BadChunk(), HalfClose()])
async def test_broken_connections_give_none(
    model_fleet: ModelFleet, journal: Journal, fault: Any
) -> None:
    """None after one request."""
    url = await start_bert(model_fleet, fault)

    assert await fetch_with_retry(url, 4) is None
    assert len(journal) == 1


@pytest.mark.message("retries-a-broken-connection")
async def test_a_refused_connection_gives_none_at_once(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """None, and no second try, even if the server comes back."""
    url = await start_bert(model_fleet, Refused(until=0.5))

    assert await fetch_with_retry(url) is None
    assert virtual_clock.now == 0


@pytest.mark.message("not-a-json-object")
@pytest.mark.parametrize("body", ["null", "0", '"text"', "[{}]", "<html>", "{'a': 1}", "{} {}"])
@pytest.mark.parametrize("function", ["fetch_with_retry", "fetch_despite_outages"])
async def test_what_is_no_object_gives_none(
    model_fleet: ModelFleet, journal: Journal, function: str, body: str
) -> None:
    """None after one request."""
    url = await start_bert(model_fleet, InvalidJson(text=body))
    fetch = fetch_with_retry if function == "fetch_with_retry" else fetch_despite_outages

    assert await fetch(url) is None
    assert len(journal) == 1


@pytest.mark.message("not-a-json-object")
async def test_what_cannot_be_decoded_gives_none(model_fleet: ModelFleet, journal: Journal) -> None:
    """None after one request, since there was an answer."""
    url = await start_bert(model_fleet, GarbledGzip())

    assert await fetch_with_retry(url) is None
    assert len(journal) == 1


@pytest.mark.message("invalid-url")
@pytest.mark.parametrize("url", ["bert", "ftp://127.0.0.1/models/bert", "http://127.0.0.1:80a/"])
@pytest.mark.parametrize("function", ["fetch_with_retry", "fetch_despite_outages"])
async def test_impossible_addresses(virtual_clock: VirtualClock, function: str, url: str) -> None:
    """ValueError, at once."""
    fetch = fetch_with_retry if function == "fetch_with_retry" else fetch_despite_outages

    with pytest.raises(ValueError):
        await fetch(url, 2)

    assert virtual_clock.now == 0


@pytest.mark.message("outage-not-retried")
@pytest.mark.parametrize(
    "outage",
    [Status(502, first=3), Status(504, first=3), EmptyReply(first=3), Reset(first=3)],
    ids=["502", "504", "closed", "reset"],
)
async def test_longer_outages_are_survived(
    model_fleet: ModelFleet, journal: Journal, outage: Any
) -> None:
    """Four requests, and pauses of 1, 2, 4 seconds."""
    url = await start_bert(model_fleet, outage)

    assert await fetch_despite_outages(url, 4) == BERT
    journal.expect(4, "requests").gaps([1, 2, 4])


@pytest.mark.message("counts-by-sort")
async def test_an_outage_before_a_time_out(model_fleet: ModelFleet, journal: Journal) -> None:
    """The order of the failures makes no difference to the pauses."""
    faults = [Status(500, numbers=(1,)), EmptyReply(numbers=(2,)), Hang(numbers=(3,))]
    url = await start_bert(model_fleet, *faults)

    assert await fetch_despite_outages(url, 5) == BERT
    journal.expect(4, "requests").gaps([1, 2, 4])


@pytest.mark.message("retries-the-callers-mistake")
async def test_an_outage_that_ends_in_a_404(model_fleet: ModelFleet, journal: Journal) -> None:
    """The last answer decides, and after it there is no further request."""
    url = await start_bert(model_fleet, Status(503, numbers=(1,)), Status(404, numbers=(2,)))

    assert await fetch_despite_outages(url, 5) is None
    journal.expect().statuses([503, 404])


@pytest.mark.message("outage-without-end")
@pytest.mark.parametrize(("attempts", "seconds"), [(1, 0), (2, 1), (5, 15)])
async def test_longest_outages_are_given_up(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, attempts: int, seconds: float
) -> None:
    """Nobody listens, and the pauses are all the time that passes."""
    url = f"{model_fleet.unreachable_url()}/models/bert"

    assert await fetch_despite_outages(url, attempts) is None
    assert virtual_clock.now == seconds


@pytest.mark.message("calls-disturb-each-other")
async def test_many_calls_are_independent(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Six calls at once take as long as the longest."""
    servers = [await model_fleet.start(f"m{n}", Status(503, first=n + 1)) for n in range(3)]
    urls = [f"{server.url}/models/{server.models.first.name}" for server in servers] * 2

    await asyncio.gather(*(fetch_despite_outages(url, 4) for url in urls))

    assert virtual_clock.now <= 7
    assert journal.first.started == 0
    assert len(journal.between(0, 0.0001)) == 6


@pytest.mark.message("cancellation-swallowed")
@pytest.mark.parametrize("moment", [0.5, 2.5, 6.9])
async def test_cancelled_in_any_pause(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, moment: float
) -> None:
    """It ends as cancelled at once, and every connection is closed."""
    url = await start_bert(model_fleet, Status(503))
    fetch = asyncio.ensure_future(fetch_despite_outages(url, 4))
    await virtual_clock.advance(moment)

    fetch.cancel()
    await asyncio.wait([fetch], timeout=60)

    assert fetch.cancelled()
    assert virtual_clock.now == moment
    await virtual_clock.advance(60)
    journal.expect({0.5: 1, 2.5: 2, 6.9: 3}[moment], "requests").connections_closed()


@pytest.mark.message("cancellation-swallowed")
@pytest.mark.parametrize("moment", [3, 10.75, 12])
async def test_cancelled_between_time_outs(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, moment: float
) -> None:
    """In the middle of an answer, in a pause, in the second request: it ends at once."""
    url = await start_bert(model_fleet, Hang(after_bytes=10))
    fetch = asyncio.ensure_future(fetch_with_retry(url))
    await virtual_clock.advance(moment)

    fetch.cancel()
    await asyncio.wait([fetch], timeout=60)

    assert fetch.cancelled()
    assert virtual_clock.now == moment
    await virtual_clock.advance(60)
    journal.expect(2 if moment > 11 else 1, "requests").connections_closed()


@pytest.mark.message("wrong-number-of-requests")
@pytest.mark.parametrize("function", ["fetch_with_retry", "fetch_despite_outages"])
async def test_three_attempts_by_default(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, function: str
) -> None:
    """10 + 1 + 10 + 2 + 10 seconds."""
    url = await start_bert(model_fleet, Hang())
    fetch = fetch_with_retry if function == "fetch_with_retry" else fetch_despite_outages

    assert await fetch(url) is None
    assert virtual_clock.now == 33


@pytest.mark.message("calls-disturb-each-other")
async def test_time_outs_overlap(model_fleet: ModelFleet, virtual_clock: VirtualClock) -> None:
    """Eight calls, of which each times out once, take as long as one."""
    urls = [await start_bert(model_fleet, Hang(first=1))]
    for number in range(7):
        server = await model_fleet.start(f"m{number}", Hang(first=1))
        urls.append(f"{server.url}/models/m{number}")

    results = await asyncio.gather(*(fetch_with_retry(url) for url in urls))

    assert None not in results
    assert virtual_clock.now == 11
