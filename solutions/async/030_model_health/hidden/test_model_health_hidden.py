"""The rules of the statement once more, with other inputs."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from model_health import check_model_health, monitor_models

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import EmptyReply, Hang, Journal, Latency, ModelFleet, Reset, Status

BUSY = Status(429, (("retry-after", "1"),))


def seconds(expected: float) -> Any:
    """About so many: clocks differ in how exact they are."""
    return pytest.approx(expected, abs=0.01)


@pytest.mark.message("wrong-request")
async def test_each_of_several_is_asked_once(model_fleet: ModelFleet, journal: Journal) -> None:
    """Each endpoint has to be asked by one GET request to /health."""
    servers = [await model_fleet.start(name) for name in ("gpt", "bert", "whisper")]

    await monitor_models([server.url for server in servers])

    journal.expect().requests(["GET /health"] * 3)


@pytest.mark.message("wrong-shape")
@pytest.mark.parametrize("delay", [0.0, 1.75, 3.3])
async def test_a_healthy_answer_however_long_it_takes(
    model_fleet: ModelFleet, delay: float
) -> None:
    """A 200 has to be reported with the seconds that it took."""
    server = await model_fleet.start("gpt", Latency(delay))

    status = await check_model_health(server.url)

    assert status == {"endpoint": server.url, "status": "healthy", "response_time": seconds(delay)}
    assert isinstance(status["response_time"], float)


@pytest.mark.message("double-slash")
async def test_slashes_in_a_list_of_endpoints(model_fleet: ModelFleet, journal: Journal) -> None:
    """Endpoints with and without a slash have to be asked for the same path, and reported as given."""
    first, second = await model_fleet.start("gpt"), await model_fleet.start("bert", Status(500))
    endpoints = [first.url, f"{second.url}/", f"{first.url}/"]

    statuses = await monitor_models(endpoints)

    journal.expect().requests(["/health"] * 3)
    assert [status["endpoint"] for status in statuses] == endpoints
    assert [status["status"] for status in statuses] == ["healthy", "unhealthy", "healthy"]


@pytest.mark.message("only-200-is-healthy")
@pytest.mark.parametrize("code", [202, 203, 205, 303, 307, 308, 400, 401, 429, 502, 504])
async def test_further_codes_are_unhealthy(
    model_fleet: ModelFleet, journal: Journal, code: int
) -> None:
    """Every status code but 200 has to be unhealthy, and to keep its time."""
    location = (("location", "/health"),) if 300 < code < 400 else ()
    server = await model_fleet.start("gpt", Latency(1.25), Status(code, location))

    status = await check_model_health(server.url)

    assert status == {"endpoint": server.url, "status": "unhealthy", "response_time": seconds(1.25)}
    assert len(journal) == 1


@pytest.mark.message("connection-error-escapes")
@pytest.mark.parametrize("trouble", [EmptyReply(), Reset()], ids=["empty", "reset"])
async def test_a_connection_that_breaks_later_is_an_error(
    model_fleet: ModelFleet, trouble: EmptyReply | Reset
) -> None:
    """A connection that breaks before the answer must become an error in words."""
    server = await model_fleet.start("gpt", Latency(2), trouble)
    endpoints = [server.url, model_fleet.unreachable_url()]

    statuses = await monitor_models(endpoints)

    assert [status["endpoint"] for status in statuses] == endpoints
    assert [status["status"] for status in statuses] == ["error", "error"]


@pytest.mark.message("error-without-text")
@pytest.mark.parametrize("kind", ["empty", "stuck", "unreachable"])
async def test_every_error_has_a_text_and_no_time(model_fleet: ModelFleet, kind: str) -> None:
    """An error has to be said in words."""
    server = await model_fleet.start("gpt", EmptyReply() if kind == "empty" else Hang())
    endpoint = model_fleet.unreachable_url() if kind == "unreachable" else server.url

    status = await check_model_health(endpoint)

    assert status["error"].strip() != ""


@pytest.mark.message("error-with-time")
@pytest.mark.parametrize("kind", ["stuck", "unreachable"])
async def test_no_error_has_a_response_time(model_fleet: ModelFleet, kind: str) -> None:
    """Where no answer came, there is no response_time to tell of."""
    server = await model_fleet.start("gpt", Hang())
    endpoint = model_fleet.unreachable_url() if kind == "unreachable" else server.url

    status = await check_model_health(endpoint)

    assert status.keys() == {"endpoint", "status", "error"}


@pytest.mark.message("asks-again")
@pytest.mark.parametrize(
    "trouble", [BUSY, Status(500), EmptyReply(), Hang()], ids=["429", "500", "empty", "hang"]
)
async def test_no_trouble_is_a_reason_to_ask_again(
    model_fleet: ModelFleet, journal: Journal, trouble: Any
) -> None:
    """A check is one request, whatever comes of it."""
    server = await model_fleet.start("gpt", trouble)

    await check_model_health(server.url)

    count = len(journal)
    assert count == 1, f"saw {count} requests"


@pytest.mark.points(2)
@pytest.mark.message("no-time-out")
async def test_each_has_five_seconds_of_its_own(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """A server that begins to answer after more than 5.0 seconds must be an error by then."""
    late = await model_fleet.start("late", Latency(5.5))
    stuck = await model_fleet.start("stuck", Hang())
    just = await model_fleet.start("just", Latency(4.5))

    check = asyncio.ensure_future(monitor_models([late.url, stuck.url, just.url]))
    with virtual_clock.elapsed() as elapsed:
        await asyncio.wait([check], timeout=60)

    took = elapsed.seconds
    assert took == 5.0, f"the checks took {took:g} s, or had not ended then"
    statuses = await check
    assert [status["status"] for status in statuses] == ["error", "error", "healthy"]


@pytest.mark.points(3)
@pytest.mark.message("one-after-another")
async def test_forty_at_the_same_time(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """All requests have to be in flight together, however many they are."""
    delays = [1 + number / 10 for number in range(40)]
    servers = [await model_fleet.start(f"model-{delay:g}", Latency(delay)) for delay in delays]

    with virtual_clock.elapsed() as elapsed:
        statuses = await monitor_models([server.url for server in reversed(servers)])

    journal.expect(40, "checks").in_flight_together()
    took = elapsed.seconds
    assert took == 4.9, f"together they took {took:g} s"
    assert [status["response_time"] for status in statuses] == [
        seconds(delay) for delay in reversed(delays)
    ]


@pytest.mark.message("wrong-order")
async def test_the_order_is_kept_where_some_fail(model_fleet: ModelFleet) -> None:
    """The answers have to stand in the order of the endpoints, errors among them."""
    slow = await model_fleet.start("slow", Latency(2))
    broken = await model_fleet.start("broken", Latency(1), Reset())
    fast = await model_fleet.start("fast")
    endpoints = [slow.url, broken.url, fast.url, slow.url, broken.url]

    statuses = await monitor_models(endpoints)

    assert [status["endpoint"] for status in statuses] == endpoints


@pytest.mark.points(2)
@pytest.mark.message("one-hides-others")
async def test_many_in_trouble_hide_nobody(model_fleet: ModelFleet) -> None:
    """Endpoints in trouble must not hide the others."""
    well = await model_fleet.start("well", Latency(4))
    broken = await model_fleet.start("broken", Reset())
    stuck = await model_fleet.start("stuck", Hang())
    endpoints = [well.url, broken.url, broken.url, stuck.url, model_fleet.unreachable_url()]

    statuses = await monitor_models(endpoints)

    assert isinstance(statuses, list)
    assert [status["status"] for status in statuses] == ["healthy", *["error"] * 4]


@pytest.mark.message("not-a-list")
@pytest.mark.parametrize("count", [0, 1, 2])
async def test_the_same_endpoint_counts_each_time(model_fleet: ModelFleet, count: int) -> None:
    """monitor_models has to give a list, with one HealthStatus for each endpoint."""
    server = await model_fleet.start("gpt")

    statuses = await monitor_models([server.url] * count)

    assert isinstance(statuses, list)
    assert [status["endpoint"] for status in statuses] == [server.url] * count


@pytest.mark.message("cancellation-swallowed")
async def test_cancelling_takes_back_what_is_still_in_flight(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A cancelled monitor has to end as cancelled, and to take its open requests with it."""
    fast = await model_fleet.start("fast", Latency(0.1))
    slow = [await model_fleet.start(f"slow-{number}", Latency(4)) for number in range(4)]
    task = asyncio.ensure_future(monitor_models([fast.url, *(server.url for server in slow)]))
    await virtual_clock.advance(2.5)

    task.cancel()
    await asyncio.wait([task])
    await virtual_clock.advance(0.001)

    ended_as_cancelled = task.cancelled()
    assert ended_as_cancelled, "the task was cancelled, and did not end as cancelled"
    journal.expect().cancelled(4)
    journal.expect().connections_closed()


@pytest.mark.message("client-left-open")
async def test_each_check_closes_its_connection(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Every connection has to be closed when the check returns."""
    well, ill = await model_fleet.start("well"), await model_fleet.start("ill", Status(404))

    for endpoint in (well.url, ill.url):
        await check_model_health(endpoint)
    await virtual_clock.advance(0.001)

    journal.expect(2).connections_closed()
