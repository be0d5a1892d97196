"""The rules of the statement, one test each."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from model_health import check_model_health, monitor_models

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import Hang, Journal, Latency, ModelFleet, Reset, Status


def seconds(expected: float) -> Any:
    """About so many: clocks differ in how exact they are."""
    return pytest.approx(expected, abs=0.01)


@pytest.mark.message("wrong-request")
async def test_sends_one_get_request_to_health(model_fleet: ModelFleet, journal: Journal) -> None:
    """A check has to be one GET request to /health."""
    server = await model_fleet.start("resnet")

    await check_model_health(server.url)

    journal.expect().requests(["GET /health"])


@pytest.mark.points(2)
@pytest.mark.message("wrong-shape")
async def test_reports_a_healthy_model(model_fleet: ModelFleet) -> None:
    """A 200 has to be reported as healthy, with the seconds that it took and nothing else."""
    server = await model_fleet.start("resnet", Latency(0.25))

    status = await check_model_health(server.url)

    assert status == {"endpoint": server.url, "status": "healthy", "response_time": seconds(0.25)}
    assert type(status) is dict
    assert isinstance(status["response_time"], float)


@pytest.mark.message("double-slash")
async def test_accepts_a_slash_at_the_end(model_fleet: ModelFleet, journal: Journal) -> None:
    """An endpoint that ends in a slash must not become //health, nor lose its slash in the report."""
    server = await model_fleet.start("resnet")

    status = await check_model_health(f"{server.url}/")

    journal.expect().requests(["/health"])
    assert status["status"] == "healthy"
    assert status["endpoint"] == f"{server.url}/"


@pytest.mark.message("asks-again")
async def test_asks_an_unhealthy_server_once(model_fleet: ModelFleet, journal: Journal) -> None:
    """A check is one request, whatever the answer is: there is no second try."""
    server = await model_fleet.start("resnet", Status(503))

    await check_model_health(server.url)

    count = len(journal)
    assert count == 1, f"saw {count} requests"


@pytest.mark.message("only-200-is-healthy")
@pytest.mark.parametrize("code", [201, 204, 206, 301, 302, 404, 500, 503])
async def test_only_200_is_healthy(model_fleet: ModelFleet, journal: Journal, code: int) -> None:
    """Only 200 may count as healthy: every other answer, a 204 or a 302 as well, is unhealthy."""
    location = (("location", "/elsewhere"),) if code in (301, 302) else ()
    answer = Status(code, location, path="/health")
    server = await model_fleet.start("resnet", Latency(0.5), answer)

    status = await check_model_health(server.url)

    journal.expect().requests(["/health"])
    assert status == {"endpoint": server.url, "status": "unhealthy", "response_time": seconds(0.5)}


@pytest.mark.message("connection-error-escapes")
@pytest.mark.parametrize("trouble", ["refused", "reset"])
async def test_a_broken_connection_is_an_error(model_fleet: ModelFleet, trouble: str) -> None:
    """A connection that is refused or reset must become an error in words, not an exception."""
    server = await model_fleet.start("resnet", Reset())
    endpoint = server.url if trouble == "reset" else model_fleet.unreachable_url()

    status = await check_model_health(endpoint)

    assert status["endpoint"] == endpoint
    assert status["status"] == "error"
    assert isinstance(status["error"], str)


@pytest.mark.message("error-with-time")
async def test_an_error_has_no_response_time(model_fleet: ModelFleet) -> None:
    """Where no answer came, there is no response_time to tell of."""
    server = await model_fleet.start("resnet", Reset())

    status = await check_model_health(server.url)

    assert status.keys() == {"endpoint", "status", "error"}


@pytest.mark.message("asks-again")
async def test_asks_a_broken_server_once(model_fleet: ModelFleet, journal: Journal) -> None:
    """A check is one request, even if no answer comes: there is no second try."""
    server = await model_fleet.start("resnet", Reset())

    await check_model_health(server.url)

    count = len(journal)
    assert count == 1, f"saw {count} requests"


@pytest.mark.points(2)
@pytest.mark.message("no-time-out")
async def test_gives_up_after_five_seconds(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """A server that says nothing for 5.0 seconds must become an error then, not sooner or later."""
    server = await model_fleet.start("stuck", Hang())

    check = asyncio.ensure_future(check_model_health(server.url))
    with virtual_clock.elapsed() as elapsed:
        await asyncio.wait([check], timeout=60)

    took = elapsed.seconds
    assert took == 5.0, f"the check took {took:g} s, or had not ended then"
    status = await check
    assert status["status"] == "error"
    assert "response_time" not in status


@pytest.mark.message("impatient")
async def test_waits_for_a_slow_answer(model_fleet: ModelFleet) -> None:
    """An answer that takes 4.9 seconds is an answer, and must not become an error."""
    server = await model_fleet.start("slow", Latency(4.9))

    status = await check_model_health(server.url)

    assert status == {"endpoint": server.url, "status": "healthy", "response_time": seconds(4.9)}


@pytest.mark.message("error-without-text")
@pytest.mark.parametrize("trouble", [Hang(), Reset()], ids=["time-out", "reset"])
async def test_an_error_has_a_text(model_fleet: ModelFleet, trouble: Hang | Reset) -> None:
    """An error has to be said in words: the text of httpx's own exception may be empty."""
    server = await model_fleet.start("resnet", trouble)

    status = await check_model_health(server.url)

    text = status["error"]
    is_empty = text.strip() == ""
    assert not is_empty, f"the error is {text!r}"


@pytest.mark.message("not-a-list")
async def test_gives_a_list_with_one_status_for_each(model_fleet: ModelFleet) -> None:
    """monitor_models has to give a list, with one HealthStatus for each endpoint."""
    servers = [await model_fleet.start(name) for name in ("resnet", "bert")]

    statuses = await monitor_models([server.url for server in servers])

    kind = type(statuses).__name__
    assert isinstance(statuses, list), f"expected a list, got a {kind}"
    assert [status["status"] for status in statuses] == ["healthy", "healthy"]


@pytest.mark.points(3)
@pytest.mark.message("one-after-another")
async def test_asks_all_at_the_same_time(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """All requests have to be in flight together, not one after another."""
    servers = [await model_fleet.start(f"model-{number}", Latency(0.5)) for number in range(12)]

    with virtual_clock.elapsed() as elapsed:
        statuses = await monitor_models([server.url for server in servers])

    assert [status["status"] for status in statuses] == ["healthy"] * 12
    journal.expect(12, "checks").in_flight_together()
    took = elapsed.seconds
    assert took == 0.5, f"together they took {took:g} s"
    assert [status["response_time"] for status in statuses] == [seconds(0.5)] * 12


@pytest.mark.points(2)
@pytest.mark.message("wrong-order")
async def test_keeps_the_order_of_the_endpoints(model_fleet: ModelFleet) -> None:
    """The answers have to stand in the order of the endpoints, not in the order of arrival."""
    delays = [0.9, 0.1, 0.5, 0.3]
    servers = [await model_fleet.start(f"takes-{delay}", Latency(delay)) for delay in delays]
    endpoints = [server.url for server in servers]

    statuses = await monitor_models([*endpoints, endpoints[1]])

    delay_of = dict(zip(endpoints, delays, strict=True))
    reported = [delay_of.get(status["endpoint"], status["endpoint"]) for status in statuses]
    assert reported == [0.9, 0.1, 0.5, 0.3, 0.1]


@pytest.mark.points(2)
@pytest.mark.message("one-hides-others")
async def test_one_endpoint_in_trouble_hides_no_other(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """One endpoint in trouble must not hide the others, nor keep them waiting."""
    well = await model_fleet.start("well", Latency(0.5))
    stuck = await model_fleet.start("stuck", Hang())
    broken = await model_fleet.start("broken", Latency(0.2), Reset())
    ill = await model_fleet.start("ill", Status(503))
    endpoints = [stuck.url, broken.url, model_fleet.unreachable_url(), well.url, ill.url]

    with virtual_clock.elapsed() as elapsed:
        statuses = await monitor_models(endpoints)

    assert all(type(status) is dict for status in statuses)
    found = [status["status"] for status in statuses]
    assert found == ["error", "error", "error", "healthy", "unhealthy"]
    took = elapsed.seconds
    assert took == 5.0, f"together they took {took:g} s"


@pytest.mark.message("no-endpoints")
async def test_no_endpoints_give_an_empty_list() -> None:
    """No endpoints have to give an empty list."""
    assert await monitor_models([]) == []


@pytest.mark.message("cancellation-swallowed")
@pytest.mark.parametrize("function", ["check_model_health", "monitor_models"])
async def test_a_cancellation_passes_through(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, function: str
) -> None:
    """A cancelled task has to end as cancelled, and to take its requests with it."""
    servers = [await model_fleet.start(f"stuck-{number}", Hang()) for number in range(3)]
    endpoints = [server.url for server in servers]
    coroutine = (
        monitor_models(endpoints)
        if function == "monitor_models"
        else check_model_health(endpoints[0])
    )
    task = asyncio.ensure_future(coroutine)
    await virtual_clock.advance(1)

    task.cancel()
    await asyncio.wait([task])
    await virtual_clock.advance(0.001)

    ended_as_cancelled = task.cancelled()
    assert ended_as_cancelled, "the task was cancelled, and did not end as cancelled"
    journal.expect().cancelled()


@pytest.mark.message("client-left-open")
async def test_closes_every_connection(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Every connection has to be closed, after an answer and after an error."""
    well = await model_fleet.start("well")
    ill = await model_fleet.start("ill", Status(500))
    stuck = await model_fleet.start("stuck", Hang())

    statuses = await monitor_models([well.url, ill.url, stuck.url])
    await virtual_clock.advance(0.001)

    assert len(statuses) == 3
    journal.expect().connections_closed()
