"""The same rules with other endpoints, numbers and troubles."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from model_monitor import ModelMonitor

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import (
    Drip,
    EmptyReply,
    Fault,
    Flapping,
    Hang,
    Journal,
    Latency,
    ModelFleet,
    Request,
    Response,
    Route,
    Status,
    TruncatedBody,
)


async def start_all(fleet: ModelFleet, *faults: Fault) -> list[str]:
    """A server for each fault, which has this one alone."""
    names = ("yolo", "bert", "whisper", "clip", "gpt", "t5", "llama")
    return [
        (await fleet.start(name, fault)).url for name, fault in zip(names, faults, strict=False)
    ]


def starts(journal: Journal) -> list[float]:
    """When each request came, in seconds of the test's clock."""
    return [round(exchange.started, 6) for exchange in journal]


class Answering:
    """A protocol that tells of its health with something else than a word."""

    name = "answering"

    def __init__(self, content: object) -> None:
        self._content = content

    def routes(self, _models: object) -> Iterator[Route]:
        """The one route."""

        async def answer(_request: Request) -> Response:
            return Response.of_json(self._content)

        yield Route("GET", "/health", answer)


@pytest.mark.message("wrong-verdicts")
async def test_all_sorts_of_trouble(model_fleet: ModelFleet, journal: Journal) -> None:
    """A round has to tell of each endpoint, in their order, whether it is healthy."""
    faults = EmptyReply(), TruncatedBody(), Status(202), Status(307), Latency(1), Drip(8, 3)
    endpoints = await start_all(model_fleet, *faults)
    endpoints.insert(2, model_fleet.unreachable_url())

    async with ModelMonitor([f"{each}/" for each in endpoints], timeout=2.5) as monitor:
        verdicts = await monitor.check_once()

    healthy = [endpoint.endswith(endpoints[5].rpartition(":")[2] + "/") for endpoint in verdicts]
    assert list(verdicts) == [f"{each}/" for each in endpoints]
    assert list(verdicts.values()) == healthy
    assert {exchange.path for exchange in journal} == {"/health"}


@pytest.mark.message("waits-for-the-slowest")
async def test_places_are_refilled(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A slow endpoint must keep its own place alone: the others go on through the rest."""
    endpoints = await start_all(model_fleet, *map(Latency, (1, 4, 2, 2, 3, 1)))

    async with ModelMonitor(endpoints, max_concurrent=3, timeout=4.5) as monitor:
        verdicts = await monitor.check_once()

    assert starts(journal) == [0, 0, 0, 1, 2, 3]
    assert virtual_clock.now == 5
    assert all(verdicts.values())


@pytest.mark.message("drifts")
async def test_a_beat_of_seven(model_fleet: ModelFleet, journal: Journal) -> None:
    """Rounds have to begin at 0, 7, 14 s, however long the rounds before them took."""
    server = await model_fleet.start("uneven", Latency(2.5, every=2), Latency(0.25))

    async with ModelMonitor([server.url], interval=7) as monitor:
        await asyncio.sleep(3)
        await monitor.watch(rounds=5)

    assert starts(journal) == [3, 10, 17, 24, 31]


@pytest.mark.message("catches-up")
async def test_rounds_that_are_too_long_now_and_then(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Rounds must not overlap: after one that is too long, the next keeps to the beat again."""
    server = await model_fleet.start("uneven", Latency(3.5, numbers=(2, 4)), Latency(0.25))

    async with ModelMonitor([server.url], interval=1.0) as monitor:
        await monitor.watch(rounds=5)

    assert starts(journal) == [0, 1, 5, 6, 10]
    assert virtual_clock.now == 10.25


@pytest.mark.message("wrong-threshold")
async def test_each_endpoint_has_its_own_row(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """An endpoint has to be down after failure_threshold failures in a row, not one sooner."""
    faults = Status(500, numbers=(1, 2, 5)), Status(500, after=3), Flapping(up=1, down=1)
    first, second, third = await start_all(model_fleet, *faults)
    changes: list[tuple[float, str, str]] = []

    def note(endpoint: str, state: str) -> None:
        changes.append((virtual_clock.now, endpoint, state))

    async with ModelMonitor(
        [first, second, third], interval=5, failure_threshold=2, on_change=note
    ) as monitor:
        await monitor.watch(rounds=6)
        summary = monitor.summary()

    expected = [(5, first, "down"), (10, first, "up"), (20, second, "down")]
    assert [each for each in changes if each[1] != third] == expected
    assert (summary[first]["state"], summary[first]["failures_in_a_row"]) == ("up", 0)
    assert (summary[second]["state"], summary[second]["failures_in_a_row"]) == ("down", 3)
    assert (summary[first]["uptime"], summary[second]["uptime"]) == (3 / 6, 3 / 6)


@pytest.mark.message("callback-ends-it")
@pytest.mark.parametrize("error", [ValueError("no"), TimeoutError(), StopIteration()], ids=repr)
async def test_survives_every_exception(model_fleet: ModelFleet, error: Exception) -> None:
    """An on_change that raises must cost neither the round, nor the watch, nor the change."""
    calls = []

    def fail(endpoint: str, state: str) -> None:
        calls.append((endpoint, state))
        raise error

    endpoints = await start_all(model_fleet, Status(500), Status(500), Latency(1))

    async with ModelMonitor(endpoints, failure_threshold=1, on_change=fail) as monitor:
        await monitor.watch(rounds=3)

    assert sorted(calls) == sorted((endpoint, "down") for endpoint in endpoints[:2])
    assert [each["checks"] for each in monitor.summary().values()] == [3, 3, 3]


@pytest.mark.message("sleeps-on")
@pytest.mark.parametrize(("after", "ends", "checks"), [(1, 2, 1), (2.5, 2.5, 1), (61, 62, 3)])
async def test_stops_when_it_has_to(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, after: float, ends: float, checks: int
) -> None:
    """A watch that is stopped has to end at once, or with its round, and by itself."""
    server = await model_fleet.start("resnet", Latency(2))

    async with ModelMonitor([server.url]) as monitor:
        watch = asyncio.ensure_future(monitor.watch(rounds=9))
        await asyncio.sleep(after)
        monitor.stop()
        await asyncio.wait_for(watch, 100)

        assert virtual_clock.now == ends
    assert monitor.summary()[server.url]["checks"] == checks


@pytest.mark.message("stop-stays")
async def test_a_watch_follows_a_stopped_one_at_once(
    model_fleet: ModelFleet, journal: Journal
) -> None:
    """A stop has to end the watch that is running, and no later one."""
    server = await model_fleet.start("resnet", Latency(0.5))

    async with ModelMonitor([server.url], interval=4) as monitor:
        for _ in range(2):
            watch = asyncio.ensure_future(monitor.watch())
            await asyncio.sleep(5)
            monitor.stop()
            await watch
        await monitor.check_once()

    assert starts(journal) == [0, 4, 5, 9, 10]


@pytest.mark.message("watch-goes-on")
@pytest.mark.parametrize(("stays", "left"), [(0.5, 5.0), (6, 6.0), (31, 35.0)])
async def test_the_block_waits_for_its_watch(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, stays: float, left: float
) -> None:
    """Leaving the block has to end a watch that is running, as stop does, and to wait for it."""
    endpoints = await start_all(model_fleet, Hang(), Latency(0.5))

    async with ModelMonitor(endpoints) as monitor:
        watch = asyncio.ensure_future(monitor.watch())
        await asyncio.sleep(stays)

    assert virtual_clock.now == left
    assert watch.done()
    await watch


@pytest.mark.message("used-outside")
async def test_nothing_works_after_the_block(model_fleet: ModelFleet, journal: Journal) -> None:
    """Outside of its block, before and after, a monitor has to raise a RuntimeError."""
    server = await model_fleet.start("resnet")

    async with ModelMonitor([server.url]) as monitor:
        await monitor.watch(rounds=1)
    for call in (monitor.check_once, monitor.watch):
        with pytest.raises(RuntimeError):
            await asyncio.wait_for(call(), 60)
    await asyncio.sleep(0.001)

    assert len(journal) == 1
    assert monitor.summary()[server.url]["uptime"] == 1.0
    journal.expect().connections_closed()


@pytest.mark.message("bad-number")
@pytest.mark.parametrize(
    ("name", "value"), [("interval", -0.5), ("timeout", -5.0), ("max_concurrent", -1)]
)
async def test_negative_numbers_are_an_error(name: str, value: float) -> None:
    """A number that makes no sense has to be a ValueError when the monitor is made."""
    arguments: dict[str, Any] = {name: value}

    with pytest.raises(ValueError):
        ModelMonitor([], **arguments)


@pytest.mark.message("goes-on-when-cancelled")
async def test_a_cancelled_round_ends_at_once(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A round that is cancelled has to end as cancelled, at once, with all of its requests."""
    endpoints = await start_all(model_fleet, Hang(), Latency(1), Hang(), Hang())

    async with ModelMonitor(endpoints, max_concurrent=2) as monitor:
        checks = asyncio.ensure_future(monitor.check_once())
        await asyncio.sleep(3)
        checks.cancel()
        await asyncio.wait([checks])
        assert virtual_clock.now == 3
        await asyncio.sleep(20)

    assert checks.cancelled()
    assert [exchange.outcome for exchange in journal] == ["cancelled", "served", "cancelled"]
    assert [each["checks"] for each in monitor.summary().values()] == [0, 1, 0, 0]


@pytest.mark.message("only-200-is-healthy")
@pytest.mark.parametrize("code", [301, 303, 308])
async def test_a_redirect_is_no_health(
    model_fleet: ModelFleet, journal: Journal, code: int
) -> None:
    """Only 200 may count as healthy: a redirect is a failure, also to where all is well."""
    server = await model_fleet.start("moved", Status(code, (("location", "/health"),), first=1))

    async with ModelMonitor([server.url]) as monitor:
        verdicts = await monitor.check_once()

    assert verdicts == {server.url: False}
    assert len(journal) == 1


@pytest.mark.message("only-200-is-healthy")
@pytest.mark.parametrize("content", [None, [], {"status": "error"}], ids=["null", "[]", "error"])
async def test_a_200_is_healthy_whatever_it_holds(content: object) -> None:
    """A 200 has to count as healthy, whatever its body is."""
    async with ModelFleet([Answering(content)]) as fleet:
        server = await fleet.start("answering")

        async with ModelMonitor([server.url]) as monitor:
            verdicts = await monitor.check_once()

    assert list(verdicts.values()) == [True]


@pytest.mark.points(2)
@pytest.mark.message("no-time-out")
@pytest.mark.parametrize("timeout", [0.75, 12.5])
async def test_two_silent_endpoints_are_cut_off(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, timeout: float
) -> None:
    """A check without an answer has to fail after timeout seconds, not sooner or later."""
    endpoints = await start_all(model_fleet, Hang(), Latency(timeout - 0.25), Hang())

    async with ModelMonitor(endpoints, timeout=timeout) as monitor:
        verdicts = await asyncio.wait_for(monitor.check_once(), 60)

    took = virtual_clock.now
    assert took == timeout, f"the round took {took:g} s"
    assert list(verdicts.values()) == [False, True, False]


@pytest.mark.message("deadline-of-gaps")
@pytest.mark.parametrize("timeout", [2.25, 8.0])
async def test_drops_are_cut_off(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, timeout: float
) -> None:
    """The time-out has to hold for the whole answer: bytes that trickle in must not move it."""
    server = await model_fleet.start("dripping", Drip(size=1, interval=timeout / 4))

    async with ModelMonitor([server.url], timeout=timeout) as monitor:
        assert await monitor.check_once() == {server.url: False}

    took = virtual_clock.now
    assert took == timeout, f"the check took {took:g} s"


@pytest.mark.message("client-for-each")
async def test_four_rounds_need_two_connections(model_fleet: ModelFleet, journal: Journal) -> None:
    """A monitor has to keep one client: a round right after another needs no new connections."""
    endpoints = await start_all(model_fleet, Latency(0.5), Status(503))

    async with ModelMonitor(endpoints, max_concurrent=1) as monitor:
        for _ in range(4):
            await monitor.check_once()

    journal.expect(8, "checks").connections(2)


@pytest.mark.message("no-endpoints")
async def test_nothing_can_be_watched(virtual_clock: VirtualClock) -> None:
    """Without endpoints, a round and the summary have to be empty."""
    async with ModelMonitor([], interval=3, failure_threshold=1) as monitor:
        await monitor.watch(rounds=3)
        assert await monitor.check_once() == {}

    assert monitor.summary() == {}
    assert virtual_clock.now == 6


@pytest.mark.points(2)
@pytest.mark.message("wrong-number-of-rounds")
async def test_one_watch_after_another_makes_its_rounds(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A watch has to make as many rounds as it was told to."""
    server = await model_fleet.start("resnet")
    counts = []

    async with ModelMonitor([server.url], interval=2) as monitor:
        for rounds in (3, 0, 7):
            before = len(journal)
            await asyncio.wait_for(monitor.watch(rounds=rounds), 100)
            counts.append(len(journal) - before)

    assert counts == [3, 0, 7]
    assert virtual_clock.now == 16


@pytest.mark.message("watched-twice")
@pytest.mark.parametrize("moment", [0.25, 4.0], ids=["in a round", "between rounds"])
async def test_a_second_watch_is_refused(
    model_fleet: ModelFleet, journal: Journal, moment: float
) -> None:
    """A second watch beside one that is running has to be a RuntimeError, and to harm nothing."""
    server = await model_fleet.start("resnet", Latency(0.5))

    async with ModelMonitor([server.url], interval=10) as monitor:
        watch = asyncio.ensure_future(monitor.watch(rounds=3))
        await asyncio.sleep(moment)
        for _ in range(2):
            with pytest.raises(RuntimeError):
                await asyncio.wait_for(monitor.watch(), 5)
        await asyncio.wait([watch], timeout=100)
        await watch

    assert starts(journal) == [0, 10, 20]


@pytest.mark.points(2)
@pytest.mark.message("wrong-recovery")
async def test_each_change_is_told(model_fleet: ModelFleet, virtual_clock: VirtualClock) -> None:
    """An endpoint that was down has to be up with its first healthy check, and that is told."""
    server = await model_fleet.start("flapping", Status(500, numbers=(1, 2, 4, 7, 8)))
    changes: list[tuple[float, str]] = []

    def note(_endpoint: str, state: str) -> None:
        changes.append((virtual_clock.now, state))

    async with ModelMonitor(
        [server.url], interval=4, failure_threshold=1, on_change=note
    ) as monitor:
        await monitor.watch(rounds=9)

    expected = [(0, "down"), (8, "up"), (12, "down"), (16, "up"), (24, "down"), (32, "up")]
    assert changes == expected


@pytest.mark.message("summary-shared")
async def test_a_summary_can_be_taken_apart(model_fleet: ModelFleet) -> None:
    """A summary has to be a copy: what becomes of it is nothing to the monitor, nor the reverse."""
    endpoints = await start_all(model_fleet, Status(503), Latency(0.25))

    async with ModelMonitor(endpoints, failure_threshold=2) as monitor:
        early = monitor.summary()
        await monitor.watch(rounds=2)
        late = monitor.summary()
        late[endpoints[0]]["state"] = "up"
        late[endpoints[1]]["checks"] = 99
        late.pop(endpoints[0])
        after = monitor.summary()

    assert [each["checks"] for each in early.values()] == [0, 0]
    assert [each["state"] for each in after.values()] == ["down", "up"]
    assert [each["checks"] for each in after.values()] == [2, 2]


@pytest.mark.points(2)
@pytest.mark.message("wrong-summary")
async def test_sums_up_over_several_watches(model_fleet: ModelFleet) -> None:
    """A summary has to tell state, checks, healthy checks, failures in a row and uptime."""
    endpoints = await start_all(model_fleet, Status(500, numbers=(2, 7)), Status(500, after=3))

    async with ModelMonitor(endpoints, interval=1) as monitor:
        before = monitor.summary()
        await monitor.watch(rounds=3)
        await monitor.check_once()
        await monitor.watch(rounds=3)

    assert [each["uptime"] for each in before.values()] == [None, None]
    first, second = monitor.summary().values()
    assert first == {
        "state": "up",
        "checks": 7,
        "healthy": 5,
        "failures_in_a_row": 1,
        "uptime": 5 / 7,
    }
    assert second == {
        "state": "down",
        "checks": 7,
        "healthy": 3,
        "failures_in_a_row": 4,
        "uptime": 3 / 7,
    }


@pytest.mark.message("stop-stays")
async def test_a_stop_without_a_watch_is_nothing(model_fleet: ModelFleet, journal: Journal) -> None:
    """A stop has to end the watch that is running, and no later one."""
    server = await model_fleet.start("resnet", Latency(0.5))
    monitor = ModelMonitor([server.url], interval=3)

    monitor.stop()
    async with monitor:
        await monitor.watch(rounds=2)
        monitor.stop()
        await monitor.watch(rounds=2)
    monitor.stop()

    assert starts(journal) == [0, 3, 3.5, 6.5]


@pytest.mark.message("error-swallowed")
@pytest.mark.parametrize("error", [KeyError("resnet"), TimeoutError()], ids=repr)
async def test_every_error_of_the_block_passes(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, error: Exception
) -> None:
    """An exception of the block has to pass, and everything is closed all the same."""
    endpoints = await start_all(model_fleet, Latency(0.25), Status(503))

    with pytest.raises(type(error)) as raised:
        async with ModelMonitor(endpoints) as monitor:
            await monitor.check_once()
            raise error
    await virtual_clock.advance(0.001)

    assert raised.value is error
    journal.expect(2, "checks").connections_closed()


@pytest.mark.message("used-outside")
async def test_nothing_works_before_the_block(model_fleet: ModelFleet, journal: Journal) -> None:
    """Outside of its block, before and after, a monitor has to raise a RuntimeError."""
    endpoints = await start_all(model_fleet, Latency(0.5), Latency(0.5))
    monitor = ModelMonitor(endpoints)

    for call in (monitor.check_once, lambda: monitor.watch(rounds=1)):
        with pytest.raises(RuntimeError):
            await asyncio.wait_for(call(), 60)

    assert len(journal) == 0
    assert [each["checks"] for each in monitor.summary().values()] == [0, 0]


@pytest.mark.points(2)
@pytest.mark.message("goes-on-when-cancelled")
@pytest.mark.parametrize("moment", [0.5, 6.0], ids=["in a round", "between rounds"])
async def test_a_cancelled_watch_ends_at_once(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, moment: float
) -> None:
    """A watch that is cancelled has to end as cancelled, at once, with all of its requests."""
    endpoints = await start_all(model_fleet, Latency(1), Latency(3))

    async with ModelMonitor(endpoints, interval=10) as monitor:
        watch = asyncio.ensure_future(monitor.watch(rounds=4))
        await asyncio.sleep(moment)
        watch.cancel()
        await asyncio.wait([watch], timeout=100)
        took = virtual_clock.now
        await asyncio.sleep(30)

    assert took == moment, f"it was cancelled at {moment:g} s, and ended at {took:g} s"
    assert watch.cancelled(), "the watch was cancelled, and did not end as cancelled"
    assert len(journal) == 2


@pytest.mark.message("cancellation")
@pytest.mark.cancel_everywhere(at_most=60)
async def test_a_round_can_be_cancelled_at_any_moment(model_fleet: ModelFleet) -> None:
    """Wherever a watch and its block are cancelled, nothing of them may be left behind."""
    endpoints = await start_all(model_fleet, Latency(1), Latency(0.5), Status(500))

    async with ModelMonitor(endpoints, max_concurrent=3) as monitor:
        await monitor.check_once()


@pytest.mark.message("race")
@pytest.mark.explore(seeds=15)
async def test_a_stop_is_heard_whenever_it_comes(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """In whatever order the tasks run, a stop has to be heard, at whichever moment it comes."""
    endpoints = await start_all(model_fleet, Latency(1), Status(500), Latency(2))

    async with ModelMonitor(endpoints, interval=20) as monitor:
        watch = asyncio.ensure_future(monitor.watch(rounds=5))
        await asyncio.sleep(2)
        # Its round ends at this very moment, too: now it has just ended, now it has just not.
        monitor.stop()
        await asyncio.wait([watch], timeout=100)
        took = virtual_clock.now
        assert took == 2, f"it was stopped at 2 s, when its round ended, and ended at {took:g} s"
        await watch

    assert len(journal) == 3
    assert [each["checks"] for each in monitor.summary().values()] == [1, 1, 1]
