"""The rules of the statement, one test each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from model_monitor import ModelMonitor

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import (
    Drip,
    Fault,
    Hang,
    Journal,
    Latency,
    ModelFleet,
    Reset,
    Status,
)

Changes = list[tuple[float, str, str]]


async def start_all(fleet: ModelFleet, *faults: Fault) -> list[str]:
    """A server for each fault, which has this one alone."""
    return [
        (await fleet.start(f"model-{number}", fault)).url for number, fault in enumerate(faults)
    ]


def starts(journal: Journal) -> list[float]:
    """When each request came, in seconds of the test's clock."""
    return [round(exchange.started, 6) for exchange in journal]


@pytest.fixture
def changes() -> Changes:
    """What `on_change` was called with, and when."""
    return []


@pytest.fixture
def on_change(changes: Changes, virtual_clock: VirtualClock) -> Callable[[str, str], None]:
    """Notes its calls in `changes`."""

    def note(endpoint: str, state: str) -> None:
        changes.append((virtual_clock.now, endpoint, state))

    return note


# One round


@pytest.mark.message("wrong-request")
async def test_asks_for_the_health(model_fleet: ModelFleet, journal: Journal) -> None:
    """A check has to be one GET request to /health, also if the endpoint ends in a slash."""
    server = await model_fleet.start("resnet")
    other = await model_fleet.start("bert")

    async with ModelMonitor([server.url, f"{other.url}/"]) as monitor:
        await monitor.check_once()

    assert sorted(f"{each.method} {each.path}" for each in journal) == ["GET /health"] * 2


@pytest.mark.points(2)
@pytest.mark.message("wrong-verdicts")
async def test_tells_which_are_healthy(model_fleet: ModelFleet) -> None:
    """A round has to tell of each endpoint, in their order, whether it is healthy."""
    endpoints = await start_all(model_fleet, Latency(0.5), Status(503), Latency(0.1))

    async with ModelMonitor(endpoints) as monitor:
        verdicts = await monitor.check_once()

    assert verdicts == {endpoints[0]: True, endpoints[1]: False, endpoints[2]: True}
    assert list(verdicts) == endpoints


@pytest.mark.message("only-200-is-healthy")
@pytest.mark.parametrize("code", [204, 302, 404, 500])
async def test_only_200_is_healthy(model_fleet: ModelFleet, journal: Journal, code: int) -> None:
    """Only 200 may count as healthy: every other answer, a 204 or a 302 as well, is a failure."""
    location = (("location", "/elsewhere"),) if code == 302 else ()
    server = await model_fleet.start("resnet", Status(code, location))

    async with ModelMonitor([server.url]) as monitor:
        assert await monitor.check_once() == {server.url: False}

    journal.expect(1, "request").requests(["/health"])


@pytest.mark.message("only-200-is-healthy")
async def test_200_is_enough(model_fleet: ModelFleet) -> None:
    """A 200 has to count as healthy, whatever its body is."""
    server = await model_fleet.start("resnet", Status(200))

    async with ModelMonitor([server.url]) as monitor:
        assert await monitor.check_once() == {server.url: True}


@pytest.mark.message("trouble-escapes")
async def test_no_answer_is_a_failure(model_fleet: ModelFleet) -> None:
    """A connection that is refused or reset has to be a failed check, and no exception."""
    gone = model_fleet.unreachable_url()
    well, broken = await start_all(model_fleet, Latency(0.1), Reset())

    async with ModelMonitor([gone, broken, well]) as monitor:
        assert await monitor.check_once() == {gone: False, broken: False, well: True}


@pytest.mark.points(2)
@pytest.mark.message("one-after-another")
@pytest.mark.parametrize(("count", "cap"), [(8, 10), (6, 6)])
async def test_asks_all_at_the_same_time(
    model_fleet: ModelFleet, journal: Journal, count: int, cap: int
) -> None:
    """As many checks as max_concurrent allows have to be on their way together."""
    endpoints = await start_all(model_fleet, *[Latency(0.5)] * count)

    async with ModelMonitor(endpoints, max_concurrent=cap) as monitor:
        await monitor.check_once()

    journal.expect(count, "checks").in_flight_together()


@pytest.mark.points(2)
@pytest.mark.message("over-the-cap")
async def test_never_asks_too_many(model_fleet: ModelFleet, journal: Journal) -> None:
    """There must never be more than max_concurrent checks on their way."""
    endpoints = await start_all(model_fleet, *[Latency(0.5)] * 7)

    async with ModelMonitor(endpoints, max_concurrent=3) as monitor:
        await monitor.check_once()

    journal.expect(7, "checks").peak_in_flight(3)


@pytest.mark.points(2)
@pytest.mark.message("no-time-out")
@pytest.mark.parametrize("timeout", [5.0, 2.0])
async def test_a_silent_endpoint_is_cut_off(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, timeout: float
) -> None:
    """A check without an answer has to fail after timeout seconds, not sooner or later."""
    silent, well = await start_all(model_fleet, Hang(), Latency(timeout - 0.1))

    async with ModelMonitor([silent, well], timeout=timeout) as monitor:
        round_of_checks = asyncio.ensure_future(monitor.check_once())
        await asyncio.wait([round_of_checks], timeout=60)
        took = virtual_clock.now
        round_of_checks.cancel()

    assert took == timeout, f"the round took {took:g} s, or had not ended then"
    assert round_of_checks.result() == {silent: False, well: True}


@pytest.mark.message("deadline-of-gaps")
async def test_a_trickle_is_cut_off(model_fleet: ModelFleet, virtual_clock: VirtualClock) -> None:
    """The time-out has to hold for the whole answer: bytes that trickle in must not move it."""
    server = await model_fleet.start("slow", Drip(size=1, interval=1))

    async with ModelMonitor([server.url]) as monitor:
        assert await monitor.check_once() == {server.url: False}

    took = virtual_clock.now
    assert took == 5.0, f"the check took {took:g} s"


@pytest.mark.points(2)
@pytest.mark.message("waits-for-the-slowest")
async def test_a_slow_endpoint_delays_nobody(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A slow endpoint must keep its own place alone: the others go on through the rest."""
    endpoints = await start_all(model_fleet, Hang(), *[Latency(1)] * 5)

    async with ModelMonitor(endpoints, max_concurrent=2) as monitor:
        await monitor.check_once()

    journal.expect(6, "checks").peak_in_flight(2)
    assert starts(journal) == [0, 0, 1, 2, 3, 4]
    took = virtual_clock.now
    assert took == 5.0, f"the round took {took:g} s"


@pytest.mark.message("waiting-counts")
async def test_waiting_for_a_place_does_not_count(model_fleet: ModelFleet) -> None:
    """The time for which a check waits for its place must not count for its time-out."""
    endpoints = await start_all(model_fleet, *[Latency(2)] * 4)

    async with ModelMonitor(endpoints, timeout=2.5, max_concurrent=1) as monitor:
        assert await monitor.check_once() == dict.fromkeys(endpoints, True)


@pytest.mark.message("client-for-each")
async def test_keeps_its_connections(model_fleet: ModelFleet, journal: Journal) -> None:
    """A monitor has to keep one client: a round right after another needs no new connections."""
    endpoints = await start_all(model_fleet, Latency(0.1), Latency(0.2), Latency(0.3))

    async with ModelMonitor(endpoints) as monitor:
        await monitor.check_once()
        await monitor.check_once()

    journal.expect(6, "checks").connections(3)


@pytest.mark.message("no-endpoints")
async def test_there_may_be_no_endpoints() -> None:
    """Without endpoints, a round and the summary have to be empty."""
    async with ModelMonitor([]) as monitor:
        assert await monitor.check_once() == {}
        assert monitor.summary() == {}


# Rounds


@pytest.mark.points(3)
@pytest.mark.message("drifts")
@pytest.mark.parametrize("interval", [30.0, 10.0])
async def test_rounds_keep_their_beat(
    model_fleet: ModelFleet, journal: Journal, interval: float
) -> None:
    """Rounds have to begin at 0, 30, 60 s of the watch, however long those before them took."""
    slow, silent = await start_all(model_fleet, Latency(1.5), Hang())

    async with ModelMonitor([slow, silent], interval=interval) as monitor:
        await asyncio.sleep(4)
        await monitor.watch(rounds=3)

    expected = [4 + number * interval for number in range(3)]
    assert starts(journal)[::2] == expected


@pytest.mark.points(2)
@pytest.mark.message("wrong-number-of-rounds")
@pytest.mark.parametrize("rounds", [0, 1, 4])
async def test_makes_so_many_rounds(model_fleet: ModelFleet, journal: Journal, rounds: int) -> None:
    """A watch has to make as many rounds as it was told to."""
    server = await model_fleet.start("resnet")

    async with ModelMonitor([server.url]) as monitor:
        await monitor.watch(rounds=rounds)

    count = len(journal)
    assert count == rounds, f"saw {count} checks"


@pytest.mark.message("sleeps-after-the-last-round")
async def test_ends_with_the_last_round(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """A watch has to end when its last round does, and not an interval later."""
    server = await model_fleet.start("resnet", Latency(0.5))

    async with ModelMonitor([server.url]) as monitor:
        await monitor.watch(rounds=2)

    took = virtual_clock.now
    assert took == 30.5, f"it took {took:g} s"


@pytest.mark.points(2)
@pytest.mark.message("catches-up")
async def test_a_long_round_misses_the_next(model_fleet: ModelFleet, journal: Journal) -> None:
    """Rounds must not overlap: after one that is too long, the next keeps to the beat again."""
    server = await model_fleet.start("silent", Hang())

    async with ModelMonitor([server.url], interval=2.0, timeout=5.0) as monitor:
        await monitor.watch(rounds=3)

    assert starts(journal) == [0, 6, 12]


@pytest.mark.message("watched-twice")
async def test_only_one_watch_at_a_time(model_fleet: ModelFleet, journal: Journal) -> None:
    """A second watch beside one that is running has to be a RuntimeError, and to harm nothing."""
    server = await model_fleet.start("resnet", Latency(0.5))

    async with ModelMonitor([server.url]) as monitor:
        watch = asyncio.ensure_future(monitor.watch(rounds=2))
        await asyncio.sleep(1)
        with pytest.raises(RuntimeError):
            await monitor.watch(rounds=1)
        await watch

    assert starts(journal) == [0, 30]


# Changes


@pytest.mark.message("alerts-at-the-beginning")
async def test_up_is_no_news_at_the_beginning(
    model_fleet: ModelFleet, on_change: Callable[[str, str], None], changes: Changes
) -> None:
    """Every endpoint begins as up, so its first healthy check must not be told as a change."""
    server = await model_fleet.start("resnet")

    async with ModelMonitor([server.url], on_change=on_change) as monitor:
        await monitor.watch(rounds=2)

    assert changes == []


@pytest.mark.points(2)
@pytest.mark.message("alerts-too-often")
async def test_tells_once_that_one_is_down(
    model_fleet: ModelFleet, on_change: Callable[[str, str], None], changes: Changes
) -> None:
    """on_change has to be called when an endpoint goes down, and not for each failure."""
    server = await model_fleet.start("resnet", Status(503))

    async with ModelMonitor([server.url], on_change=on_change) as monitor:
        await monitor.watch(rounds=6)

    assert changes == [(60, server.url, "down")]


@pytest.mark.message("wrong-threshold")
@pytest.mark.parametrize("threshold", [1, 2, 4])
async def test_is_down_after_so_many_failures(
    model_fleet: ModelFleet,
    on_change: Callable[[str, str], None],
    changes: Changes,
    threshold: int,
) -> None:
    """An endpoint has to be down after failure_threshold failures in a row, not one sooner."""
    server = await model_fleet.start("resnet", Status(503))

    async with ModelMonitor(
        [server.url], interval=1, failure_threshold=threshold, on_change=on_change
    ) as monitor:
        await monitor.watch(rounds=5)

    assert changes == [(threshold - 1, server.url, "down")]


@pytest.mark.points(2)
@pytest.mark.message("failures-not-in-a-row")
async def test_a_healthy_check_ends_the_row(
    model_fleet: ModelFleet, on_change: Callable[[str, str], None], changes: Changes
) -> None:
    """Failures count in a row: a healthy check between them has to begin the count anew."""
    server = await model_fleet.start("resnet", Status(503, numbers=(1, 2, 4, 5, 7)))

    async with ModelMonitor([server.url], on_change=on_change) as monitor:
        await monitor.watch(rounds=8)

    assert changes == []


@pytest.mark.points(2)
@pytest.mark.message("wrong-recovery")
async def test_is_up_with_the_first_healthy_check(
    model_fleet: ModelFleet, on_change: Callable[[str, str], None], changes: Changes
) -> None:
    """An endpoint that was down has to be up with its first healthy check, and that is told."""
    server = await model_fleet.start("resnet", Status(503, numbers=(2, 3, 4, 6, 7, 8, 9)))

    async with ModelMonitor([server.url], interval=10, on_change=on_change) as monitor:
        await monitor.watch(rounds=10)

    url = server.url
    assert changes == [(30, url, "down"), (40, url, "up"), (70, url, "down"), (90, url, "up")]


@pytest.mark.points(2)
@pytest.mark.message("tells-too-late")
async def test_tells_of_a_change_at_once(
    model_fleet: ModelFleet, on_change: Callable[[str, str], None], changes: Changes
) -> None:
    """on_change has to be called when the check has ended, not when its round has."""
    ill, silent = await start_all(model_fleet, Latency(0.5), Hang())
    broken = (await model_fleet.start("broken", Latency(1), Reset())).url

    async with ModelMonitor(
        [ill, silent, broken], failure_threshold=1, on_change=on_change
    ) as monitor:
        await monitor.check_once()

    assert changes == [(1, broken, "down"), (5, silent, "down")]


@pytest.mark.points(2)
@pytest.mark.message("callback-ends-it")
async def test_survives_a_callback_that_fails(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """An on_change that raises must cost neither the round, nor the watch, nor the change."""
    calls = []

    def fail(endpoint: str, state: str) -> None:
        calls.append((virtual_clock.now, endpoint, state))
        raise LookupError("nobody is on call")

    ill, well = await start_all(model_fleet, Status(503, first=3), Latency(0.5))

    async with ModelMonitor([ill, well], failure_threshold=2, on_change=fail) as monitor:
        await monitor.watch(rounds=4)
        summary = monitor.summary()

    assert len(journal) == 8
    assert calls == [(30, ill, "down"), (90, ill, "up")]
    assert (summary[ill]["checks"], summary[well]["healthy"]) == (4, 4)


# The summary


@pytest.mark.message("summary-shared")
async def test_a_summary_is_a_copy(model_fleet: ModelFleet) -> None:
    """A summary has to be a copy: what becomes of it is nothing to the monitor, nor the reverse."""
    server = await model_fleet.start("resnet")

    async with ModelMonitor([server.url]) as monitor:
        await monitor.check_once()
        before = monitor.summary()
        before[server.url]["healthy"] = 17
        await monitor.check_once()
        after = monitor.summary()

    assert before[server.url]["checks"] == 1
    assert (after[server.url]["checks"], after[server.url]["healthy"]) == (2, 2)


@pytest.mark.points(2)
@pytest.mark.message("wrong-summary")
async def test_sums_up(model_fleet: ModelFleet) -> None:
    """A summary has to tell state, checks, healthy checks, failures in a row and uptime."""
    ill, well = await start_all(model_fleet, Status(503, numbers=(2, 4, 5, 6)), Latency(0.5))

    async with ModelMonitor([well, ill]) as monitor:
        await monitor.watch(rounds=4)
        before = monitor.summary()
        await monitor.watch(rounds=2)

    assert before[ill] == {
        "state": "up",
        "checks": 4,
        "healthy": 2,
        "failures_in_a_row": 1,
        "uptime": 0.5,
    }
    assert list(before) == [well, ill]
    # It can be asked for when the block has been left, too.
    assert monitor.summary() == {
        well: {
            "state": "up",
            "checks": 6,
            "healthy": 6,
            "failures_in_a_row": 0,
            "uptime": 1.0,
        },
        ill: {
            "state": "down",
            "checks": 6,
            "healthy": 2,
            "failures_in_a_row": 3,
            "uptime": 2 / 6,
        },
    }


@pytest.mark.message("wrong-summary")
async def test_sums_up_nothing() -> None:
    """Before the first check, an endpoint has to be up, with an uptime that is None."""
    monitor = ModelMonitor(["http://127.0.0.1:1"])

    nothing = {
        "state": "up",
        "checks": 0,
        "healthy": 0,
        "failures_in_a_row": 0,
        "uptime": None,
    }
    assert monitor.summary() == {"http://127.0.0.1:1": nothing}


# Stopping


@pytest.mark.points(2)
@pytest.mark.message("sleeps-on")
async def test_stops_at_once_between_rounds(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A watch that is stopped between rounds has to end at once, without a further round."""
    server = await model_fleet.start("resnet", Latency(0.5))

    async with ModelMonitor([server.url]) as monitor:
        watch = asyncio.ensure_future(monitor.watch())
        await asyncio.sleep(40)
        monitor.stop()
        await asyncio.wait([watch], timeout=100)
        took = virtual_clock.now
        assert took == 40.0, f"it ended at {took:g} s, and was stopped at 40 s"
        assert not watch.cancelled(), "it has to return, not to be cancelled"
        await watch

    assert starts(journal) == [0, 30]


@pytest.mark.points(2)
@pytest.mark.message("cuts-the-round")
async def test_finishes_its_round_when_stopped(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A watch that is stopped within a round has to finish that one, and then to end."""
    endpoints = await start_all(model_fleet, Latency(3), Latency(2))

    async with ModelMonitor(endpoints, max_concurrent=1) as monitor:
        watch = asyncio.ensure_future(monitor.watch())
        await asyncio.sleep(1)
        monitor.stop()
        await asyncio.wait([watch], timeout=100)
        took = virtual_clock.now
        assert took == 5.0, f"it ended at {took:g} s, and its round at 5 s"
        await watch

    journal.expect(2, "checks").served()
    assert [each["healthy"] for each in monitor.summary().values()] == [1, 1]


@pytest.mark.message("stop-stays")
async def test_can_watch_again_after_a_stop(model_fleet: ModelFleet, journal: Journal) -> None:
    """A stop has to end the watch that is running, and no later one."""
    server = await model_fleet.start("resnet")

    async with ModelMonitor([server.url], interval=10) as monitor:
        monitor.stop()
        watch = asyncio.ensure_future(monitor.watch())
        await asyncio.sleep(15)
        monitor.stop()
        monitor.stop()
        await asyncio.wait_for(watch, 60)
        await monitor.watch(rounds=2)

    assert starts(journal) == [0, 10, 15, 25]
    assert monitor.summary()[server.url]["checks"] == 4


# The block


@pytest.mark.points(2)
@pytest.mark.message("watch-goes-on")
async def test_leaving_the_block_ends_the_watch(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Leaving the block has to end a watch that is running, as stop does, and to wait for it."""
    server = await model_fleet.start("resnet", Latency(2))

    async with ModelMonitor([server.url], interval=10) as monitor:
        watch = asyncio.ensure_future(monitor.watch())
        await asyncio.sleep(11)
    left = virtual_clock.now
    has_ended = watch.done()
    await asyncio.wait([watch], timeout=60)

    assert has_ended, "the block was left, and the watch went on"
    assert left == 12.0, f"the block was left at {left:g} s, and the round ended at 12 s"
    assert not watch.cancelled(), "it has to return, not to be cancelled"
    await watch
    journal.expect(2, "checks").served()


@pytest.mark.message("error-swallowed")
async def test_an_error_in_the_block_passes(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """An exception of the block has to pass, and everything is closed all the same."""
    server = await model_fleet.start("resnet", Latency(0.5))

    with pytest.raises(ZeroDivisionError):
        async with ModelMonitor([server.url]) as monitor:
            watch = asyncio.ensure_future(monitor.watch())
            await asyncio.sleep(1)
            raise ZeroDivisionError
    await virtual_clock.advance(0.001)

    assert watch.done()
    journal.expect().connections_closed()


@pytest.mark.message("client-left-open")
async def test_closes_every_connection(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Every connection has to be closed when the block has been left."""
    endpoints = await start_all(model_fleet, Latency(0.5), Status(503), Hang())

    async with ModelMonitor(endpoints) as monitor:
        await monitor.check_once()
    await virtual_clock.advance(0.001)

    journal.expect(3, "checks").connections_closed()


@pytest.mark.message("used-outside")
@pytest.mark.parametrize("method", ["check_once", "watch"])
async def test_works_within_its_block_only(
    model_fleet: ModelFleet, journal: Journal, method: str
) -> None:
    """Outside of its block, before and after, a monitor has to raise a RuntimeError."""
    server = await model_fleet.start("resnet")
    monitor = ModelMonitor([server.url])

    with pytest.raises(RuntimeError):
        await asyncio.wait_for(getattr(monitor, method)(), 60)
    async with monitor:
        pass
    with pytest.raises(RuntimeError):
        await asyncio.wait_for(getattr(monitor, method)(), 60)

    assert len(journal) == 0


@pytest.mark.message("bad-number")
@pytest.mark.parametrize(
    "number",
    [
        {"interval": 0},
        {"interval": -1.0},
        {"timeout": 0},
        {"max_concurrent": 0},
        {"failure_threshold": 0},
    ],
    ids=["interval 0", "interval -1", "timeout 0", "max_concurrent 0", "failure_threshold 0"],
)
async def test_numbers_that_make_no_sense_are_an_error(number: dict[str, Any]) -> None:
    """A number that makes no sense has to be a ValueError when the monitor is made."""
    with pytest.raises(ValueError):
        ModelMonitor(["http://127.0.0.1:1"], **number)


# Cancellation


@pytest.mark.points(2)
@pytest.mark.message("goes-on-when-cancelled")
@pytest.mark.parametrize("seconds", [1, 8])
async def test_a_cancelled_watch_ends_its_requests(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, seconds: int
) -> None:
    """A watch that is cancelled has to end as cancelled, at once, with all of its requests."""
    endpoints = await start_all(model_fleet, Hang(), Hang(), Hang())

    async with ModelMonitor(endpoints, max_concurrent=2) as monitor:
        watch = asyncio.ensure_future(monitor.watch())
        await asyncio.sleep(seconds)
        before = len(journal)
        watch.cancel()
        await asyncio.wait([watch], timeout=100)
        took = virtual_clock.now
        await asyncio.sleep(50)

    assert took == seconds, f"it was cancelled at {seconds} s, and ended at {took:g} s"
    assert watch.cancelled(), "the watch was cancelled, and did not end as cancelled"
    assert len(journal) == before
    journal.expect().cancelled()


@pytest.mark.message("cancelled-check-counts")
async def test_a_cancelled_check_does_not_count(model_fleet: ModelFleet) -> None:
    """A check that was cancelled has found out nothing, and must not be counted."""
    well, silent = await start_all(model_fleet, Latency(0.5), Hang())

    async with ModelMonitor([well, silent]) as monitor:
        task = asyncio.ensure_future(monitor.check_once())
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task])

    summary = monitor.summary()
    assert (summary[well]["checks"], summary[silent]["checks"]) == (1, 0)


@pytest.mark.message("cancellation")
@pytest.mark.cancel_everywhere(at_most=60)
async def test_can_be_cancelled_at_any_moment(model_fleet: ModelFleet) -> None:
    """Wherever a watch and its block are cancelled, nothing of them may be left behind."""
    endpoints = await start_all(model_fleet, Latency(0.5), Status(503))

    async with ModelMonitor(endpoints, interval=2.0, max_concurrent=1) as monitor:
        await monitor.watch(rounds=2)


@pytest.mark.message("race")
@pytest.mark.explore(seeds=15)
async def test_holds_in_every_order(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """In whatever order the tasks run, the cap has to hold, and a stop at any moment to be heard."""
    endpoints = await start_all(model_fleet, Status(503), Latency(0.5), Latency(0.5))

    async with ModelMonitor(endpoints, max_concurrent=2) as monitor:
        watch = asyncio.ensure_future(monitor.watch())
        await asyncio.sleep(0.5)
        # Its round ends at this very moment, too: now it has just ended, now it has just not.
        monitor.stop()
        await asyncio.wait([watch], timeout=100)
        took = virtual_clock.now
        assert (
            took == 0.5
        ), f"it was stopped at 0.5 s, when its round ended, and ended at {took:g} s"
        await watch

    journal.expect(3, "checks").at_most_in_flight(2)
    assert [each["healthy"] for each in monitor.summary().values()] == [0, 1, 1]
