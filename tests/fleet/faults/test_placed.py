"""The faults of a server, while they change."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.errors import FaultError
from pytest_mlinfra.fleet import (
    ColdStart,
    Faults,
    Flapping,
    Hang,
    Latency,
    Model,
    ModelServer,
    Overload,
    Status,
)


async def code(client: httpx.AsyncClient, server: ModelServer, path: str = "/health") -> int:
    return (await client.get(f"{server.url}{path}")).status_code


def test_they_are_a_list() -> None:
    faults = Faults([Status(500), Hang()])
    faults.append(Latency(1))
    faults[0] = Status(501)
    faults.remove(Hang())
    faults.insert(0, Status(502))

    assert faults == [Status(502), Status(501), Latency(1)]
    assert faults == Faults(faults)
    assert faults[1:] == [Status(501), Latency(1)]
    assert repr(faults) == "[Status(code=502), Status(code=501), Latency(seconds=1)]"
    del faults[0]
    faults[:] = [Hang()]
    assert list(faults) == [Hang()]
    faults.replace()
    assert not faults


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (lambda faults: faults.append("hang"), r"'hang' is no fault"),
        (lambda faults: faults.append(Hang), r"is no fault; give Hang\(\.\.\.\)"),
        (lambda faults: faults.__setitem__(slice(0), Hang()), r"give \[Hang\(\)\]"),
    ],
)
def test_nothing_else_can_be_put_among_them(wrong: object, complaint: str) -> None:
    with pytest.raises(FaultError, match=complaint):
        wrong(Faults())  # type: ignore[operator]


async def test_numbers_begin_with_each_fault(
    model_server: ModelServer, http_client: httpx.AsyncClient
) -> None:
    await code(http_client, model_server)
    model_server.faults.append(Status(503, first=1))
    first = [await code(http_client, model_server) for _ in range(2)]
    model_server.faults.append(Status(503, first=1))
    second = [await code(http_client, model_server) for _ in range(2)]

    assert (first, second) == ([503, 200], [503, 200])


async def test_numbers_count_only_what_a_fault_is_meant_for(
    model_server: ModelServer, http_client: httpx.AsyncClient
) -> None:
    model_server.faults.append(Status(503, numbers=(2,), path="/healthz"))
    paths = ["/healthz", "/health", "/health", "/healthz", "/healthz"]

    assert [await code(http_client, model_server, path) for path in paths] == [
        200,
        200,
        200,
        503,
        200,
    ]


async def test_time_begins_with_each_fault(
    model_server: ModelServer, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    await virtual_clock.advance(100)
    model_server.faults.append(Status(503, since=5, until=10))
    codes = []
    for _ in range(3):
        codes.append(await code(http_client, model_server))
        await virtual_clock.advance(5)

    assert codes == [200, 503, 200]


async def test_everything_begins_again_with_the_server(
    http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    server = ModelServer([Model("m")], [Status(503, first=1), ColdStart(2, code=500)])
    codes = []
    for _ in range(2):
        async with server:
            for _ in range(3):
                codes.append(await code(http_client, server))
                await virtual_clock.advance(1)

    assert codes == [503, 500, 200, 503, 500, 200]


async def test_a_block_takes_away_its_own_faults_only(
    model_server: ModelServer, http_client: httpx.AsyncClient
) -> None:
    model_server.faults.append(Status(500))
    with model_server.fault(Status(500), Latency(0)):
        model_server.faults.append(Status(501))
        assert model_server.faults == [Status(500), Latency(0), Status(500), Status(501)]

    assert model_server.faults == [Status(500), Status(501)]


async def test_a_block_that_fails_takes_its_faults_away(model_server: ModelServer) -> None:
    with pytest.raises(ZeroDivisionError), model_server.fault(Status(500)):
        raise ZeroDivisionError

    assert not model_server.faults


async def test_a_fault_that_is_taken_away_goes_on_with_whom_it_has(
    model_server: ModelServer, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    model_server.faults.append(Latency(10))
    asking = asyncio.create_task(code(http_client, model_server))
    await virtual_clock.advance(1)
    model_server.faults.clear()

    assert await code(http_client, model_server) == 200
    assert virtual_clock.now == 1.0
    with pytest.raises(httpx.ReadTimeout):
        await asking


async def test_only_what_acts_is_in_the_journal(
    model_server: ModelServer, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    model_server.faults.extend([Flapping(1, 1), Overload(1), ColdStart(1), Status(500, after=9)])
    await virtual_clock.advance(2)
    await code(http_client, model_server)

    (exchange,) = model_server.journal
    assert (exchange.faults, exchange.outcome) == ([], "served")


async def test_a_fault_that_answers_spares_what_is_behind_it(
    model_server: ModelServer, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    model_server.faults.extend([Latency(1), Status(500), Latency(60)])
    await code(http_client, model_server)

    (exchange,) = model_server.journal
    assert (exchange.faults, exchange.seconds) == (["latency", "status"], 1.0)


async def test_who_is_in_flight_is_counted_until_the_end_of_the_answer(
    virtual_clock: VirtualClock, http_client: httpx.AsyncClient, mirror: ModelServer
) -> None:
    mirror.faults.append(Overload(1))
    async with http_client.stream("GET", f"{mirror.url}/ticks/3") as response:
        during = [await code(http_client, mirror)]
        await response.aread()
    after = await code(http_client, mirror)

    async with http_client.stream("GET", f"{mirror.url}/ticks/3"):
        during.append(await code(http_client, mirror))
    await virtual_clock.advance(0.001)

    assert (during, after) == ([503, 503], 200)
    assert await code(http_client, mirror) == 200


async def test_faults_change_while_thousands_are_in_flight(
    model_server: ModelServer, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    async def change() -> None:
        for _ in range(50):
            await virtual_clock.advance(0.01)
            model_server.faults.replace(Latency(0.3), Status(503, probability=0.5))
            await virtual_clock.advance(0.01)
            model_server.faults.clear()

    async def ask(number: int) -> int:
        await virtual_clock.advance(number / 100)
        return await code(http_client, model_server)

    codes, _ = await asyncio.gather(
        asyncio.gather(*(ask(number) for number in range(100))), change()
    )

    assert set(codes) == {200, 503}
