from __future__ import annotations

import asyncio
import contextlib
import gc
import sys
import time
import warnings
from asyncio import trsock
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from pytest_mlinfra.clock import VirtualLoop
from pytest_mlinfra.clock.blame import only
from pytest_mlinfra.clock.leaks import SeenConnection
from pytest_mlinfra.clock.watching import Watch, watching
from pytest_mlinfra.fleet import ModelFleet


@pytest.fixture
def loop() -> Iterator[VirtualLoop]:
    loop = VirtualLoop()
    yield loop
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


async def numbers() -> AsyncGenerator[int, None]:
    for number in range(3):
        yield number


def ids(watch: Watch) -> list[str]:
    return [finding.id for finding in watch.findings]


def test_calls_that_block_are_told_of_before_what_is_left_behind(loop: VirtualLoop) -> None:
    async def program() -> None:
        asyncio.create_task(asyncio.sleep(60))  # noqa: RUF006 - that is the fault
        time.sleep(1)  # noqa: ASYNC251 - likewise

    with watching(loop) as watch:
        loop.run_until_complete(program())

    assert ids(watch) == ["blocking-call", "task-left-pending"]
    assert loop.time() == 1.0


def test_either_may_be_looked_for_alone(loop: VirtualLoop) -> None:
    async def program() -> None:
        asyncio.create_task(asyncio.sleep(60))  # noqa: RUF006
        time.sleep(1)  # noqa: ASYNC251

    with watching(loop, leaks=False) as blocking:
        loop.run_until_complete(program())
    with watching(loop, blocking=False) as leaks:
        loop.run_until_complete(program())

    assert ids(blocking) == ["blocking-call"]
    assert ids(leaks) == ["task-left-pending"]


def test_what_was_left_behind_is_gone_afterwards(loop: VirtualLoop) -> None:
    left: list[object] = []
    served: list[asyncio.StreamWriter] = []

    async def program() -> None:
        pool = ThreadPoolExecutor()
        generator = numbers()
        await anext(generator)
        process = await asyncio.create_subprocess_exec("sleep", "60")
        task = asyncio.create_task(asyncio.sleep(60))
        server = await asyncio.start_server(lambda _r, w: served.append(w), "127.0.0.1", 0)
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        left.extend([pool, generator, process, task, server.sockets[0], writer])

    with watching(loop) as watch:
        loop.run_until_complete(program())

    pool, generator, process, task, listener, writer = left
    assert isinstance(pool, ThreadPoolExecutor)
    with pytest.raises(RuntimeError, match="after shutdown"):
        pool.submit(int)
    assert isinstance(generator, AsyncGenerator)
    assert loop.run_until_complete(anext(generator, "closed")) == "closed"
    assert isinstance(process, asyncio.subprocess.Process)
    assert process.returncode == -9
    assert isinstance(task, asyncio.Task)
    assert task.cancelled()
    assert isinstance(listener, trsock.TransportSocket)
    assert listener.fileno() == -1
    assert isinstance(writer, asyncio.StreamWriter)
    assert writer.is_closing()
    assert len(watch.findings) == 6
    # A side that is left to the collector is told of by Python 3.13.
    for each in served:
        each.close()


def test_a_task_holds_what_it_has_opened_so_only_the_task_is_told_of(loop: VirtualLoop) -> None:
    async def hold(url: str) -> None:
        async with httpx.AsyncClient(verify=False) as client:
            await client.get(f"{url}/health")
            await asyncio.sleep(60)

    async def program() -> None:
        server = await fleet.start("model")
        asyncio.create_task(hold(server.url))  # noqa: RUF006
        await asyncio.sleep(1)

    fleet = ModelFleet()
    with watching(loop) as watch:
        loop.run_until_complete(program())
    loop.run_until_complete(fleet.stop())

    assert ids(watch) == ["task-left-pending"]
    assert "it waits at" in watch.findings[0].evidence[0]


def test_what_is_on_its_way_to_its_end_is_not_left_behind(loop: VirtualLoop) -> None:
    async def program() -> None:
        task = asyncio.create_task(asyncio.sleep(60))
        await asyncio.sleep(0)
        task.cancel()

    with watching(loop) as watch:
        loop.run_until_complete(program())

    assert watch.findings == []


def test_a_server_that_sees_a_connection_says_whose_it_is(loop: VirtualLoop) -> None:
    async def program(url: str) -> None:
        port = int(url.rpartition(":")[2])
        await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(1)

    def servers() -> Iterator[SeenConnection]:
        for client, (name, _last) in fleet.held_connections().items():
            yield SeenConnection(client, f"{name}, never asked")

    fleet = ModelFleet()
    server = loop.run_until_complete(fleet.start("resnet"))
    with watching(loop, servers=servers) as watch:
        loop.run_until_complete(program(server.url))
    loop.run_until_complete(fleet.stop())

    assert [finding.evidence for finding in watch.findings] == [
        ("the server still sees it open: resnet, never asked",)
    ]


def test_a_connection_that_only_a_server_knows_of_is_told_of_without_a_line() -> None:
    seen: list[SeenConnection] = []

    with watching(servers=lambda: seen) as watch:
        seen.append(SeenConnection(("127.0.0.1", 1), "resnet, never asked"))

    assert [(each.id, each.place) for each in watch.findings] == [("connection-left-open", None)]


def test_connections_that_were_open_before_are_nobodys_fault() -> None:
    seen = [SeenConnection(("127.0.0.1", 1), "resnet, never asked")]

    with watching(servers=lambda: seen) as watch:
        pass

    assert watch.findings == []


def test_a_client_of_somebody_else_may_keep_its_connections(loop: VirtualLoop) -> None:
    fleet, client = ModelFleet(), httpx.AsyncClient(verify=False)
    server = loop.run_until_complete(fleet.start("model"))

    with watching(loop) as watch:
        loop.run_until_complete(client.get(f"{server.url}/health"))
    loop.run_until_complete(client.aclose())
    loop.run_until_complete(fleet.stop())

    assert watch.findings == []


def test_only_the_code_that_is_to_blame_is_told_of(loop: VirtualLoop) -> None:
    async def program() -> None:
        asyncio.create_task(asyncio.sleep(60))  # noqa: RUF006
        time.sleep(1)  # noqa: ASYNC251

    with watching(loop, blame=only([], tests=lambda path: False)) as watch:
        loop.run_until_complete(program())

    assert watch.findings == []


def test_an_error_of_the_code_passes_through_and_its_leaks_are_found(loop: VirtualLoop) -> None:
    async def program() -> None:
        asyncio.create_task(asyncio.sleep(60))  # noqa: RUF006
        raise LookupError("no such model")

    with pytest.raises(LookupError), watching(loop) as watch:
        loop.run_until_complete(program())

    assert ids(watch) == ["task-left-pending"]


def test_code_without_a_loop_is_watched_as_well() -> None:
    async def notify() -> None: ...

    def program() -> None:
        asyncio.run(asyncio.sleep(0))
        notify()  # type: ignore[unused-coroutine]
        ThreadPoolExecutor()

    with watching() as watch:
        program()

    assert ids(watch) == ["coroutine-never-awaited", "executor-left-running"]


def test_garbage_of_others_is_neither_found_nor_collected(loop: VirtualLoop) -> None:
    async def notify() -> None: ...

    class Cycle:
        def __init__(self) -> None:
            self.own = self
            self.coroutine = notify()

    gc.collect()
    Cycle()
    with watching(loop) as watch:
        loop.run_until_complete(asyncio.sleep(0))
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        gc.collect()

    assert watch.findings == []
    assert [str(each.message) for each in warned] == [
        f"coroutine '{notify.__qualname__}' was never awaited"
    ]


def test_garbage_in_a_cycle_is_found_at_once(loop: VirtualLoop) -> None:
    async def notify() -> None: ...

    async def program() -> None:
        cycle: list[object] = [notify()]
        cycle.append(cycle)

    with watching(loop) as watch:
        loop.run_until_complete(program())

    assert ids(watch) == ["coroutine-never-awaited"]


def test_one_watch_may_stand_within_another(loop: VirtualLoop) -> None:
    async def program() -> None:
        asyncio.create_task(asyncio.sleep(60))  # noqa: RUF006
        time.sleep(1)  # noqa: ASYNC251

    with watching(loop) as outer:
        with watching(loop) as inner:
            loop.run_until_complete(program())
        loop.run_until_complete(asyncio.sleep(0))

    assert ids(inner) == ["blocking-call", "task-left-pending"]
    # What the inner one has found is not told twice.
    assert outer.findings == []


def test_a_watch_leaves_nothing_of_its_own_behind(loop: VirtualLoop) -> None:
    depth, attributes = sys.get_coroutine_origin_tracking_depth(), set(vars(loop))
    constructors = httpx.AsyncClient.__init__, ThreadPoolExecutor.__init__

    with watching(loop):
        loop.run_until_complete(asyncio.sleep(0))

    assert sys.get_coroutine_origin_tracking_depth() == depth
    assert set(vars(loop)) - attributes <= {"_thread_id"}
    assert (httpx.AsyncClient.__init__, ThreadPoolExecutor.__init__) == constructors
    assert gc.get_freeze_count() == 0


def test_what_does_not_heed_its_end_is_ended_by_force(loop: VirtualLoop) -> None:
    async def deaf() -> None:
        while True:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(60)

    tasks: list[asyncio.Task[None]] = []

    async def program() -> None:
        tasks.append(asyncio.create_task(deaf()))
        await asyncio.sleep(0)

    with watching(loop) as watch:
        loop.run_until_complete(program())

    assert ids(watch) == ["task-left-pending"]
    assert tasks[0].done()


def test_a_clean_up_that_fails_is_no_further_news(loop: VirtualLoop) -> None:
    async def broken() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise LookupError("no such file")

    async def program() -> None:
        asyncio.create_task(broken())  # noqa: RUF006
        await asyncio.sleep(0)

    with watching(loop) as watch:
        loop.run_until_complete(program())

    assert ids(watch) == ["task-left-pending"]
