"""The same rules with other inputs, for instructors: an answer made to fit the visible tests fails."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from async_client import AsyncModelClient

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import (
    EmptyReply,
    Hang,
    Journal,
    Latency,
    Model,
    ModelFleet,
    ModelServer,
    Reset,
    Serving,
    Status,
)

LOAD = "/v2/repository/models/bert/load"
UNLOAD = "/v2/repository/models/bert/unload"


async def start_bert(fleet: ModelFleet, *faults: Any, **serving: Any) -> ModelServer:
    """Start a server whose model answers with the number of its inputs."""
    model = Model("bert", len, Serving(**serving))
    return await fleet.start(model, *faults)


@pytest.mark.message("not-loaded")
async def test_a_block_from_beginning_to_end(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Load, predict, unload, close, each after the one before."""
    server = await start_bert(model_fleet, Latency(1), load_seconds=20)

    async with AsyncModelClient(server.url, "bert") as client:
        assert virtual_clock.now == 20
        answers = [await client.predict({"a": 1, "b": 2}), await client.predict({})]
        assert model_fleet.open_connections == 1
    assert virtual_clock.now == 23
    await virtual_clock.advance(0)

    assert answers == [{"model": "bert", "prediction": 2}, {"model": "bert", "prediction": 0}]
    requests = journal.expect(4, "requests").one_at_a_time().on_one_connection()
    requests.requests([f"POST {LOAD}", "POST /predict", "POST /predict", f"POST {UNLOAD}"])
    requests.connections_closed()


@pytest.mark.message("one-after-another")
async def test_many_predictions_overlap(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Thirty together, each of its own length, take as long as one."""
    server = await start_bert(model_fleet, Latency(2, path="/predict"))

    async with AsyncModelClient(server.url, "bert") as client:
        questions = [{str(key): key for key in range(number)} for number in range(30)]
        answers = await asyncio.gather(*map(client.predict, questions))

    assert [answer["prediction"] for answer in answers] == list(range(30))
    assert virtual_clock.now == 2
    journal.to("/predict").expect(30, "predictions").in_flight_together()


@pytest.mark.message("impatient")
@pytest.mark.parametrize("seconds", [6, 31, 59.5])
async def test_a_slow_model(model_fleet: ModelFleet, seconds: float) -> None:
    """Loading and predictions may take their time."""
    server = await start_bert(model_fleet, Latency(seconds, path="/predict"), load_seconds=seconds)

    async with AsyncModelClient(server.url, "bert") as client:
        assert (await client.predict({}))["prediction"] == 0


@pytest.mark.message("not-fresh")
async def test_three_blocks_of_one_object(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Also after a block that failed, and after an entering that failed."""
    server = await start_bert(model_fleet, Status(503, path=LOAD, numbers=(2,)))
    client = AsyncModelClient(server.url, "bert")

    with pytest.raises(KeyError):
        async with client:
            raise KeyError("in the block")
    with pytest.raises(httpx.HTTPStatusError):
        async with client:
            pytest.fail("the block began")
    async with client:
        await client.predict({})
    await virtual_clock.advance(0)

    journal.expect().requests([LOAD, UNLOAD, LOAD, LOAD, "/predict", UNLOAD])
    journal.expect().connections(3).connections_closed()


@pytest.mark.message("clients-share")
async def test_clients_overlap(model_fleet: ModelFleet, virtual_clock: VirtualClock) -> None:
    """The first to enter is the first to leave, and the second does not notice."""
    first = await model_fleet.start("gpt")
    second = await start_bert(model_fleet)
    one, other = AsyncModelClient(first.url, "gpt"), AsyncModelClient(second.url, "bert")

    await one.__aenter__()
    await other.__aenter__()
    await one.__aexit__(None, None, None)
    answer = await other.predict({"x": 1})
    with pytest.raises(RuntimeError):
        await one.predict({})
    await other.__aexit__(None, None, None)
    await virtual_clock.advance(0)

    assert answer == {"model": "bert", "prediction": 1}
    assert model_fleet.open_connections == 0


@pytest.mark.message("not-by-hand")
async def test_by_hand(model_fleet: ModelFleet, journal: Journal) -> None:
    """Each call is one request."""
    server = await start_bert(model_fleet)

    async with AsyncModelClient(server.url, "bert") as client:
        await client.connect()
        await client.connect()
        await client.disconnect()

    journal.expect().requests([LOAD, LOAD, LOAD, UNLOAD, UNLOAD])


@pytest.mark.message("error-as-prediction")
@pytest.mark.parametrize("code", [301, 400, 401, 418, 429, 502, 504])
@pytest.mark.parametrize("path", [LOAD, "/predict", UNLOAD])
async def test_no_success(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, path: str, code: int
) -> None:
    """HTTPStatusError, after one request, and all is closed."""
    server = await start_bert(model_fleet, Status(code, path=path))

    with pytest.raises(httpx.HTTPStatusError):
        async with AsyncModelClient(server.url, "bert") as client:
            await client.predict({})
    await virtual_clock.advance(0)

    assert len(journal.to(path)) == 1
    assert len(journal.to(UNLOAD)) == int(path != LOAD)
    journal.expect().connections_closed()


@pytest.mark.message("error-changed")
@pytest.mark.parametrize("fault", [EmptyReply, Reset])
@pytest.mark.parametrize("path", [LOAD, "/predict", UNLOAD])
async def test_no_answer(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, path: str, fault: Any
) -> None:
    """httpx's own exception, after one request, and all is closed."""
    server = await start_bert(model_fleet, fault(path=path))

    with pytest.raises(httpx.ReadError if fault is Reset else httpx.RemoteProtocolError):
        async with AsyncModelClient(server.url, "bert") as client:
            await client.predict({})
    await virtual_clock.advance(0)

    assert len(journal.to(path)) == 1
    journal.expect().connections_closed()


@pytest.mark.message("no-clean-up-after-an-exception")
@pytest.mark.parametrize("error", [KeyError, StopAsyncIteration, OSError, AssertionError])
async def test_an_exception_in_the_block(
    model_fleet: ModelFleet,
    journal: Journal,
    virtual_clock: VirtualClock,
    error: type[Exception],
) -> None:
    """It comes out, and the model is unloaded."""
    server = await start_bert(model_fleet)

    with pytest.raises(error):
        async with AsyncModelClient(server.url, "bert") as client:
            await asyncio.gather(*(client.predict({}) for _ in range(3)))
            raise error("in the block")
    await virtual_clock.advance(0)

    assert journal.last.path == UNLOAD
    journal.expect(5, "requests").connections_closed()


@pytest.mark.message("cancellation-swallowed")
@pytest.mark.parametrize("path", [LOAD, "/predict", UNLOAD])
async def test_cancelled(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, path: str
) -> None:
    """Cancelled in any of the three requests, it ends as cancelled, and all is closed."""
    server = await start_bert(model_fleet, Hang(path=path))

    async def ask() -> None:
        async with AsyncModelClient(server.url, "bert") as client:
            await asyncio.gather(client.predict({}), client.predict({}))

    task = asyncio.ensure_future(ask())
    await virtual_clock.advance(2)
    task.cancel()
    await asyncio.wait([task], timeout=30)
    await virtual_clock.advance(0)

    assert task.cancelled()
    assert len(journal.to(UNLOAD)) == int(path != LOAD)
    journal.expect().connections_closed()


@pytest.mark.message("cancellation-swallowed")
async def test_a_prediction_is_cancelled(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """It alone ends, as cancelled, and the others go on."""
    server = await start_bert(model_fleet, Latency(3, path="/predict"))

    async with AsyncModelClient(server.url, "bert") as client:
        predictions = [asyncio.ensure_future(client.predict({})) for _ in range(3)]
        await virtual_clock.advance(1)
        predictions[1].cancel()
        await asyncio.wait(predictions)

    assert [each.cancelled() for each in predictions] == [False, True, False]
    assert journal.last.path == UNLOAD


@pytest.mark.message("one-spoils-others")
@pytest.mark.parametrize(
    "trouble", [Status(500, path="/predict", numbers=(2,)), Reset(path="/predict", numbers=(2,))]
)
async def test_one_of_many_fails(model_fleet: ModelFleet, trouble: Any) -> None:
    """The others get their answers, also those that are asked for later."""
    server = await start_bert(model_fleet, trouble, Latency(1, path="/predict"))

    async with AsyncModelClient(server.url, "bert") as client:
        questions = [client.predict({}) for _ in range(4)]
        results = await asyncio.gather(*questions, return_exceptions=True)
        later = await client.predict({"x": 1})

    failed = [isinstance(result, httpx.HTTPError) for result in results]
    assert failed == [False, True, False, False]
    assert later["prediction"] == 1


@pytest.mark.message("usable-outside")
async def test_outside(model_fleet: ModelFleet, journal: Journal) -> None:
    """RuntimeError, and no request."""
    server = await start_bert(model_fleet)
    client = AsyncModelClient(server.url, "bert")

    with pytest.raises(RuntimeError):
        await client.predict({"x": 1})
    with pytest.raises(ValueError):
        async with client:
            raise ValueError("in the block")
    with pytest.raises(RuntimeError):
        await client.predict({"x": 1})

    journal.expect().requests([LOAD, UNLOAD])
