"""The rules of the statement, one test each."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from async_client import AsyncModelClient

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import (
    Journal,
    Latency,
    Model,
    ModelFleet,
    ModelServer,
    Reset,
    Serving,
    Status,
)

LOAD = "/v2/repository/models/resnet/load"
UNLOAD = "/v2/repository/models/resnet/unload"
# What stays open is told by the tests for it, which know why.
own_words = pytest.mark.checks("blocking")


async def start_resnet(fleet: ModelFleet, *faults: Any, load_seconds: float = 0) -> ModelServer:
    """Start a server of the model ``resnet``, which answers with what it was asked."""
    return await fleet.start(Model("resnet", serving=Serving(load_seconds=load_seconds)), *faults)


@pytest.mark.message("too-early")
async def test_making_the_object_sends_nothing(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Making the object must send nothing and open nothing: the block may never come."""
    server = await start_resnet(model_fleet)

    AsyncModelClient(server.url, "resnet")
    await virtual_clock.advance(0.1)

    assert len(journal) == 0
    assert model_fleet.open_connections == 0


@pytest.mark.points(2)
@pytest.mark.message("not-loaded")
async def test_entering_loads_the_model(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Entering has to load the model with one request, and the block begins when it is loaded."""
    server = await start_resnet(model_fleet, load_seconds=3)

    async with AsyncModelClient(server.url, "resnet"):
        seen = [exchange.path for exchange in journal]
        assert seen == [LOAD], f"when the block began, the server had seen {seen}"
        now = virtual_clock.now
        assert now == 3, f"the block began after {now:g} s, and loading takes 3 s"

    assert journal[0].request.method == "POST"


@pytest.mark.message("wrong-prediction")
async def test_predict_asks_the_model(model_fleet: ModelFleet, journal: Journal) -> None:
    """predict has to send its data as JSON to POST /predict, and to return the JSON of the answer."""
    server = await start_resnet(model_fleet)
    data = {"pixels": [[0, 0.5], [1, None]], "name": "größer"}
    client = AsyncModelClient(server.url, "resnet")

    async with client:
        answer = await client.predict(data)

    assert answer == {"model": "resnet", "prediction": data}
    journal.to("/predict").expect(1, "prediction").requests(["POST /predict"]).bodies([data])


@pytest.mark.points(2)
@pytest.mark.message("enter-gives-something-else")
async def test_entering_gives_the_object_itself(model_fleet: ModelFleet) -> None:
    """What stands behind `as` has to be the object itself, and not None or another one."""
    server = await start_resnet(model_fleet)
    client = AsyncModelClient(server.url, "resnet")

    async with client as entered:
        assert entered is not None, "behind `as` was None"
        first = await entered.predict({"x": 1})
        second = await client.predict({"x": 2})

    assert [first["prediction"], second["prediction"]] == [{"x": 1}, {"x": 2}]


@pytest.mark.points(2)
@pytest.mark.message("not-unloaded")
async def test_leaving_unloads_the_model(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Leaving has to unload the model with one request, the last one, and to wait for its answer."""
    server = await start_resnet(model_fleet, Latency(0.5, path=UNLOAD))

    async with AsyncModelClient(server.url, "resnet") as client:
        await client.predict({})
    now = virtual_clock.now

    journal.expect().requests([f"POST {LOAD}", "POST /predict", f"POST {UNLOAD}"])
    assert now == 0.5, f"the block was left after {now:g} s, and unloading takes 0.5 s"


@pytest.mark.message("connection-left-open")
async def test_leaving_closes_the_connections(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """When the block has been left, every connection has to be closed."""
    server = await start_resnet(model_fleet)

    async with AsyncModelClient(server.url, "resnet") as client:
        await asyncio.gather(client.predict({}), client.predict({}))
    await virtual_clock.advance(0)

    journal.expect().some().connections_closed()


@pytest.mark.points(2)
@pytest.mark.message("a-connection-for-each")
async def test_uses_one_connection(model_fleet: ModelFleet, journal: Journal) -> None:
    """Requests that follow each other have to use one connection, not a new one each."""
    server = await start_resnet(model_fleet)

    async with AsyncModelClient(server.url, "resnet") as client:
        for number in range(3):
            await client.predict({"x": number})

    journal.expect(5, "requests").on_one_connection()


@pytest.mark.points(3)
@pytest.mark.message("one-after-another")
async def test_predictions_overlap(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Predictions that are asked for together have to be in flight together."""
    server = await start_resnet(model_fleet, Latency(0.5, path="/predict"))

    async with AsyncModelClient(server.url, "resnet") as client:
        with virtual_clock.elapsed() as elapsed:
            await asyncio.gather(*(client.predict({"x": number}) for number in range(10)))

    journal.to("/predict").expect(10, "predictions").in_flight_together()
    took = elapsed.seconds
    assert took == 0.5, f"together they took {took:g} s"


@pytest.mark.points(2)
@pytest.mark.message("answers-mixed-up")
@pytest.mark.explore(seeds=5)
async def test_each_prediction_gets_its_own_answer(model_fleet: ModelFleet) -> None:
    """Of predictions that overlap, each has to get the answer to its own question."""
    server = await start_resnet(model_fleet, Latency(0.2, path="/predict", first=1))

    async with AsyncModelClient(server.url, "resnet") as client:
        answers = await asyncio.gather(*(client.predict({"x": number}) for number in range(3)))

    assert [answer["prediction"] for answer in answers] == [{"x": 0}, {"x": 1}, {"x": 2}]


@pytest.mark.message("impatient")
@pytest.mark.parametrize("slow", ["load", "predict", "unload"])
async def test_waits_for_slow_answers(model_fleet: ModelFleet, journal: Journal, slow: str) -> None:
    """A request may take up to 60 seconds, and httpx by itself gives up after five."""
    path = {"load": LOAD, "predict": "/predict", "unload": UNLOAD}[slow]
    server = await start_resnet(model_fleet, Latency(59, path=path))

    async with AsyncModelClient(server.url, "resnet") as client:
        await client.predict({})

    journal.expect(3, "requests").served()


@pytest.mark.points(2)
@pytest.mark.message("not-fresh")
async def test_can_be_entered_again(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """An object that has been left can be entered again: loaded anew, on a new connection."""
    server = await start_resnet(model_fleet)
    client = AsyncModelClient(server.url, "resnet")

    for number in range(2):
        async with client:
            await client.predict({"x": number})
        await virtual_clock.advance(0)

    once = [f"POST {LOAD}", "POST /predict", f"POST {UNLOAD}"]
    journal.expect().requests(once * 2).connections(2).connections_closed()


@pytest.mark.message("clients-share")
async def test_two_clients_know_nothing_of_each_other(
    model_fleet: ModelFleet, journal: Journal
) -> None:
    """Leaving the block of one client must do nothing to another."""
    first, second = await model_fleet.start("bert"), await model_fleet.start("resnet")

    async with AsyncModelClient(first.url, "bert") as staying:
        async with AsyncModelClient(second.url, "resnet") as leaving:
            await leaving.predict({})
        answer = await staying.predict({"x": 1})

    assert answer == {"model": "bert", "prediction": {"x": 1}}
    journal.of("bert").expect(3, "requests to bert").on_one_connection()


@pytest.mark.message("not-by-hand")
async def test_can_be_reloaded_by_hand(model_fleet: ModelFleet, journal: Journal) -> None:
    """Called in the block, disconnect has to unload the model and connect to load it again."""
    server = await start_resnet(model_fleet)

    async with AsyncModelClient(server.url, "resnet") as client:
        await client.disconnect()
        await client.connect()
        await client.predict({})

    journal.to(LOAD).expect(2, "loadings").served()
    journal.to(UNLOAD).expect(2, "unloadings").served()


@pytest.mark.points(2)
@pytest.mark.message("error-as-prediction")
@pytest.mark.parametrize("code", [302, 404, 500])
async def test_an_error_is_no_prediction(
    model_fleet: ModelFleet, journal: Journal, code: int
) -> None:
    """An answer that is no success must raise httpx.HTTPStatusError: it is no prediction."""
    server = await start_resnet(model_fleet, Status(code, path="/predict"))

    async with AsyncModelClient(server.url, "resnet") as client:
        with pytest.raises(httpx.HTTPStatusError):
            answer = await client.predict({})
            pytest.fail(f"predict returned {answer!r} for status code {code}")

    journal.to("/predict").expect(1, "prediction")


@pytest.mark.message("error-changed")
async def test_a_broken_connection_comes_out(model_fleet: ModelFleet, journal: Journal) -> None:
    """A connection that breaks has to come out of predict as httpx's own exception."""
    server = await start_resnet(model_fleet, Reset(path="/predict"))

    async with AsyncModelClient(server.url, "resnet") as client:
        with pytest.raises(httpx.ReadError):
            await client.predict({})

    journal.to("/predict").expect(1, "prediction")


@pytest.mark.message("one-spoils-others")
async def test_one_failing_prediction_disturbs_no_other(model_fleet: ModelFleet) -> None:
    """Of predictions that overlap, one that fails must not disturb the others."""
    faults = Latency(0.5, path="/predict", after=1), Reset(path="/predict", first=1)
    server = await start_resnet(model_fleet, *faults)

    async with AsyncModelClient(server.url, "resnet") as client:
        predictions = [client.predict({"x": number}) for number in range(3)]
        results = await asyncio.gather(*predictions, return_exceptions=True)

    assert isinstance(results[0], httpx.ReadError)
    assert results[1:] == [{"model": "resnet", "prediction": {"x": number}} for number in (1, 2)]


@pytest.mark.points(3)
@pytest.mark.message("exception-swallowed")
async def test_an_exception_comes_out_of_the_block(model_fleet: ModelFleet) -> None:
    """An exception in the block has to come out of it: whoever swallows it hides the trouble."""
    server = await start_resnet(model_fleet)

    with pytest.raises(ZeroDivisionError):
        async with AsyncModelClient(server.url, "resnet"):
            raise ZeroDivisionError("in the block")


@pytest.mark.points(3)
@pytest.mark.message("no-clean-up-after-an-exception")
@pytest.mark.parametrize("error", [ValueError, httpx.ReadTimeout, asyncio.CancelledError])
async def test_cleans_up_after_an_exception(
    model_fleet: ModelFleet,
    journal: Journal,
    virtual_clock: VirtualClock,
    error: type[BaseException],
) -> None:
    """After an exception in the block, too, the model is unloaded and every connection closed."""
    server = await start_resnet(model_fleet)

    with pytest.raises(error):
        async with AsyncModelClient(server.url, "resnet"):
            raise error("in the block")
    await virtual_clock.advance(0)

    journal.expect().requests([LOAD, UNLOAD]).connections_closed()


@pytest.mark.points(2)
@pytest.mark.message("cancellation-swallowed")
async def test_cleans_up_after_a_cancellation(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A block that is cancelled has to unload the model, to close, and to end as cancelled."""
    server = await start_resnet(model_fleet, Latency(30, path="/predict"))

    async def ask() -> None:
        async with AsyncModelClient(server.url, "resnet") as client:
            await client.predict({})

    task = asyncio.ensure_future(ask())
    await virtual_clock.advance(1)
    task.cancel()
    await asyncio.wait([task], timeout=60)
    await virtual_clock.advance(0)

    ended_as_cancelled = task.cancelled()
    assert ended_as_cancelled, "the task was cancelled, and did not end as cancelled"
    journal.expect().requests([LOAD, "/predict", UNLOAD]).connections_closed()


@pytest.mark.points(2)
@pytest.mark.message("failed-loading-goes-unseen")
@pytest.mark.parametrize("code", [302, 404, 503])
@own_words
async def test_a_failed_loading_comes_out(
    model_fleet: ModelFleet, journal: Journal, code: int
) -> None:
    """If loading fails, the block must not begin, and httpx.HTTPStatusError has to come out."""
    server = await start_resnet(model_fleet, Status(code, path=LOAD))

    with pytest.raises(httpx.HTTPStatusError):
        async with AsyncModelClient(server.url, "resnet"):
            pytest.fail(f"the block began, although loading had ended with {code}")


@pytest.mark.message("unloads-what-is-not-loaded")
@own_words
async def test_a_failed_loading_is_all_there_is(model_fleet: ModelFleet, journal: Journal) -> None:
    """If loading fails, there is no second try, and nothing to unload."""
    server = await start_resnet(model_fleet, Status(503, path=LOAD))

    with pytest.raises(httpx.HTTPStatusError):
        async with AsyncModelClient(server.url, "resnet"):
            pass

    journal.expect().requests([LOAD])


@pytest.mark.points(3)
@pytest.mark.message("failed-loading-leaves-it-open")
@own_words
@pytest.mark.parametrize("trouble", [Status(503, path=LOAD), Status(404, path=LOAD)])
async def test_a_failed_loading_closes_the_connections(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, trouble: Any
) -> None:
    """If loading fails, Python calls no __aexit__: entering has to close what it opened."""
    server = await start_resnet(model_fleet, trouble)

    with pytest.raises(httpx.HTTPError):
        async with AsyncModelClient(server.url, "resnet"):
            pytest.fail("the block began")
    await virtual_clock.advance(0)

    journal.expect(1, "request").connections_closed()


@pytest.mark.points(2)
@pytest.mark.message("cancelled-loading")
@pytest.mark.parametrize("trouble", ["cancelled", "reset"])
async def test_an_interrupted_loading_leaves_nothing_behind(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, trouble: str
) -> None:
    """If loading is cancelled or its connection breaks, that comes out and all is closed."""
    fault = Reset(path=LOAD) if trouble == "reset" else Latency(30)
    server = await start_resnet(model_fleet, fault)

    async def enter() -> None:
        async with AsyncModelClient(server.url, "resnet"):
            pytest.fail("the block began")

    task = asyncio.ensure_future(enter())
    await virtual_clock.advance(1)
    task.cancel()
    await asyncio.wait([task], timeout=60)
    await virtual_clock.advance(0)

    if trouble == "cancelled":
        assert task.cancelled(), "the task was cancelled, and did not end as cancelled"
    else:
        assert isinstance(task.exception(), httpx.ReadError)
    journal.expect(1, "request").connections_closed()


@pytest.mark.points(2)
@pytest.mark.message("failed-unloading-goes-unseen")
@own_words
async def test_a_failed_unloading_comes_out(model_fleet: ModelFleet, journal: Journal) -> None:
    """If unloading fails, that has to come out: a model that stays loaded costs money."""
    server = await start_resnet(model_fleet, Status(500, path=UNLOAD))

    with pytest.raises(httpx.HTTPStatusError):
        async with AsyncModelClient(server.url, "resnet"):
            pass

    journal.expect().requests([LOAD, UNLOAD])


@pytest.mark.points(3)
@pytest.mark.message("failed-unloading-leaves-it-open")
@own_words
@pytest.mark.parametrize("trouble", [Status(500, path=UNLOAD), Reset(path=UNLOAD)])
async def test_a_failed_unloading_closes_the_connections(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, trouble: Any
) -> None:
    """If unloading fails, every connection has to be closed all the same."""
    server = await start_resnet(model_fleet, trouble)

    with pytest.raises(httpx.HTTPError):
        async with AsyncModelClient(server.url, "resnet") as client:
            await asyncio.gather(client.predict({}), client.predict({}))
    await virtual_clock.advance(0)

    journal.expect(4, "requests").connections_closed()


@pytest.mark.points(2)
@pytest.mark.message("cancelled-leaving")
@own_words
async def test_a_cancelled_unloading_closes_the_connections(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """If unloading is cancelled, that comes out, and every connection has to be closed."""
    server = await start_resnet(model_fleet, Latency(30, path=UNLOAD))

    async def ask() -> None:
        async with AsyncModelClient(server.url, "resnet") as client:
            await asyncio.gather(client.predict({}), client.predict({}))

    task = asyncio.ensure_future(ask())
    await virtual_clock.advance(1)
    task.cancel()
    await asyncio.wait([task], timeout=60)
    await virtual_clock.advance(0)

    ended_as_cancelled = task.cancelled()
    assert ended_as_cancelled, "the task was cancelled, and did not end as cancelled"
    journal.expect(4, "requests").connections_closed()


@pytest.mark.points(2)
@pytest.mark.message("usable-outside")
@pytest.mark.parametrize("moment", ["before", "after", "after-a-failure"])
async def test_outside_of_a_block_there_are_no_predictions(
    model_fleet: ModelFleet, journal: Journal, moment: str
) -> None:
    """Outside of a block, predict has to raise RuntimeError and to send nothing."""
    failure = [Status(503, path=LOAD)] if moment == "after-a-failure" else []
    server = await start_resnet(model_fleet, *failure)
    client = AsyncModelClient(server.url, "resnet")
    if moment == "after":
        async with client:
            pass
    elif failure:
        with pytest.raises(httpx.HTTPStatusError):
            await client.__aenter__()
    before = len(journal)

    with pytest.raises(RuntimeError):
        await client.predict({})

    after = len(journal)
    assert after == before, "a request was sent"
