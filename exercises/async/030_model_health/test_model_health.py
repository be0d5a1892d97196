"""The rules of the statement, one test each."""

from __future__ import annotations

import asyncio

import pytest
from model_health import check_model_health, monitor_models

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import Hang, Journal, Latency, ModelFleet, Reset, Status


@pytest.mark.message("wrong-request")
async def test_sends_one_get_request_to_health(model_fleet: ModelFleet, journal: Journal) -> None:
    """A check has to be one GET request to /health."""
    server = await model_fleet.start("resnet")

    await check_model_health(server.url)

    assert [(each.method, each.path) for each in journal] == [("GET", "/health")]


@pytest.mark.message("double-slash")
async def test_accepts_a_slash_at_the_end(model_fleet: ModelFleet, journal: Journal) -> None:
    """An endpoint that ends in a slash must not become //health, nor lose its slash in the report."""
    server = await model_fleet.start("resnet")

    status = await check_model_health(f"{server.url}/")

    assert [each.path for each in journal] == ["/health"]
    assert status["status"] == "healthy"
    assert status["endpoint"] == f"{server.url}/"


@pytest.mark.points(2)
@pytest.mark.message("wrong-shape")
async def test_reports_a_healthy_model(model_fleet: ModelFleet) -> None:
    """A 200 has to be reported as healthy, with the seconds that it took and nothing else."""
    server = await model_fleet.start("resnet", Latency(0.25))

    status = await check_model_health(server.url)

    assert status == {"endpoint": server.url, "status": "healthy", "response_time": 0.25}
    assert type(status) is dict
    assert isinstance(status["response_time"], float)


@pytest.mark.message("only-200-is-healthy")
@pytest.mark.parametrize("code", [201, 204, 206, 301, 302, 404, 500, 503])
async def test_only_200_is_healthy(model_fleet: ModelFleet, journal: Journal, code: int) -> None:
    """Only 200 may count as healthy: every other answer, a 204 or a 302 as well, is unhealthy."""
    location = (("location", "/elsewhere"),) if code in (301, 302) else ()
    server = await model_fleet.start("resnet", Latency(0.5), Status(code, location))

    status = await check_model_health(server.url)

    assert status == {"endpoint": server.url, "status": "unhealthy", "response_time": 0.5}
    assert [each.path for each in journal] == ["/health"]


@pytest.mark.message("connection-error-escapes")
@pytest.mark.parametrize("trouble", ["refused", "reset"])
async def test_a_broken_connection_is_an_error(model_fleet: ModelFleet, trouble: str) -> None:
    """A connection that is refused or reset must become an error in words, not an exception."""
    server = await model_fleet.start("resnet", Reset())
    endpoint = server.url if trouble == "reset" else model_fleet.unreachable_url()

    status = await check_model_health(endpoint)

    assert status["endpoint"] == endpoint
    assert status["status"] == "error"
    assert "response_time" not in status
    assert isinstance(status["error"], str)


@pytest.mark.points(2)
@pytest.mark.message("no-time-out")
async def test_gives_up_after_five_seconds(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """A server that says nothing for 5.0 seconds must become an error then, not sooner or later."""
    server = await model_fleet.start("stuck", Hang())

    with virtual_clock.elapsed() as elapsed:
        status = await asyncio.wait_for(check_model_health(server.url), timeout=60)

    assert elapsed.seconds == 5.0
    assert status["status"] == "error"
    assert "response_time" not in status


@pytest.mark.message("impatient")
async def test_waits_for_a_slow_answer(model_fleet: ModelFleet) -> None:
    """An answer that takes 4.9 seconds is an answer, and must not become an error."""
    server = await model_fleet.start("slow", Latency(4.9))

    status = await check_model_health(server.url)

    assert status == {"endpoint": server.url, "status": "healthy", "response_time": 4.9}


@pytest.mark.message("error-without-text")
@pytest.mark.parametrize("trouble", [Hang(), Reset()], ids=["time-out", "reset"])
async def test_an_error_has_a_text(model_fleet: ModelFleet, trouble: Hang | Reset) -> None:
    """An error has to be said in words: the text of httpx's own exception may be empty."""
    server = await model_fleet.start("resnet", trouble)

    status = await check_model_health(server.url)

    assert status["error"].strip() != ""


@pytest.mark.points(3)
@pytest.mark.message("one-after-another")
async def test_asks_all_at_the_same_time(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """All requests have to be in flight together, not one after another."""
    servers = [await model_fleet.start(f"model-{number}", Latency(0.5)) for number in range(12)]

    with virtual_clock.elapsed() as elapsed:
        statuses = await monitor_models([server.url for server in servers])

    peak = journal.peak_in_flight
    assert peak == 12, f"expected all 12 checks in flight together, saw at most {peak} at a time"
    assert elapsed.seconds == 0.5
    assert [status["response_time"] for status in statuses] == [0.5] * 12


@pytest.mark.points(2)
@pytest.mark.message("wrong-order")
async def test_keeps_the_order_of_the_endpoints(model_fleet: ModelFleet) -> None:
    """The answers have to stand in the order of the endpoints, not in the order of arrival."""
    delays = [0.9, 0.1, 0.5, 0.3]
    servers = [await model_fleet.start(f"takes-{delay}", Latency(delay)) for delay in delays]
    endpoints = [server.url for server in servers]

    statuses = await monitor_models([*endpoints, endpoints[1]])

    assert [status["endpoint"] for status in statuses] == [*endpoints, endpoints[1]]


@pytest.mark.points(2)
@pytest.mark.message("one-hides-others")
async def test_one_endpoint_in_trouble_hides_no_other(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """One endpoint in trouble must not hide the others, nor keep them waiting."""
    well = await model_fleet.start("well", Latency(0.5))
    stuck = await model_fleet.start("stuck", Hang())
    broken = await model_fleet.start("broken", Reset(after=0.2))
    ill = await model_fleet.start("ill", Status(503))
    endpoints = [stuck.url, broken.url, model_fleet.unreachable_url(), well.url, ill.url]

    with virtual_clock.elapsed() as elapsed:
        statuses = await monitor_models(endpoints)

    assert all(type(status) is dict for status in statuses)
    found = [status["status"] for status in statuses]
    assert found == ["error", "error", "error", "healthy", "unhealthy"]
    assert elapsed.seconds == 5.0


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

    assert task.cancelled(), "the task was cancelled, and did not end as cancelled"
    assert [each.seconds for each in journal.with_outcome("cancelled")] == [1.0] * len(journal)


@pytest.mark.message("client-left-open")
async def test_closes_every_connection(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """Every connection has to be closed, after an answer and after an error."""
    well = await model_fleet.start("well")
    ill = await model_fleet.start("ill", Status(500))
    stuck = await model_fleet.start("stuck", Hang())

    statuses = await monitor_models([well.url, ill.url, stuck.url])
    await virtual_clock.advance(0.001)

    assert len(statuses) == 3
    still_open = model_fleet.open_connections
    assert still_open == 0, f"{still_open} connections are still open after the check"
