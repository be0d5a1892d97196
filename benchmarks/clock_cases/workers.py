"""Threads that work for the loop, or beside it."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import socket
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import anyio
import httpx

from benchmarks.clock_cases.case import Cases, raises
from benchmarks.clock_cases.network import tls_context
from pytest_mlinfra.fleet import Hang, Latency, ModelFleet

WORKERS = Cases()


def _compute() -> int:
    return sum(range(300_000))


@WORKERS.taking(0.0)
async def computing_within_a_time_out() -> None:
    await asyncio.wait_for(asyncio.to_thread(_compute), 0.001)


@WORKERS.taking(0.5)
async def computing_beside_a_sleep() -> None:
    await asyncio.gather(asyncio.sleep(0.5), asyncio.to_thread(_compute))


@WORKERS.taking(0.5)
async def sleeping_in_fifty_workers() -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(50) as pool:
        sleeps = [loop.run_in_executor(pool, time.sleep, 0.5) for _ in range(50)]
        await asyncio.gather(*sleeps)


@WORKERS.taking(1.5)
async def more_sleeps_than_workers() -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(2) as pool:
        await asyncio.gather(*(loop.run_in_executor(pool, time.sleep, 0.5) for _ in range(5)))


@WORKERS.taking(0.5)
async def workers_that_share_a_lock() -> None:
    lock = threading.Lock()

    def work() -> None:
        with lock:
            time.sleep(0.1)

    await asyncio.gather(*(asyncio.to_thread(work) for _ in range(5)))


@WORKERS.taking(0.75)
async def a_worker_that_waits_in_vain() -> None:
    def wait() -> float:
        started = time.monotonic()
        assert not threading.Event().wait(0.25)
        with contextlib.suppress(queue.Empty):
            queue.Queue[int]().get(timeout=0.25)
        with contextlib.suppress(TimeoutError):
            Future[int]().result(timeout=0.25)
        return time.monotonic() - started

    assert await asyncio.to_thread(wait) == 0.75


@WORKERS.taking(0.5)
async def a_worker_that_waits_for_the_loop() -> None:
    event = threading.Event()
    asyncio.get_running_loop().call_later(0.5, event.set)
    assert await asyncio.to_thread(event.wait, 60)


@WORKERS.taking(0.5)
async def a_worker_that_asks_the_loop() -> None:
    loop = asyncio.get_running_loop()

    def ask() -> int:
        return asyncio.run_coroutine_threadsafe(asyncio.sleep(0.5, 7), loop).result(60)

    assert await asyncio.to_thread(ask) == 7


@WORKERS.taking(0.5)
async def a_client_without_async() -> None:
    async with ModelFleet() as fleet:
        server = await fleet.start("model", Latency(0.5))

        def ask() -> int:
            with httpx.Client(verify=tls_context(), trust_env=False) as client:
                return client.get(f"{server.url}/health").status_code

        assert await asyncio.gather(*(asyncio.to_thread(ask) for _ in range(4))) == [200] * 4


@WORKERS.taking(0.25)
async def a_time_out_without_async() -> None:
    async with ModelFleet() as fleet:
        server = await fleet.start("model", Hang())

        def ask() -> httpx.Response:
            with httpx.Client(verify=tls_context(), trust_env=False, timeout=0.25) as client:
                return client.get(server.url)

        await raises(httpx.ReadTimeout, asyncio.to_thread(ask))


@WORKERS.taking(0.25)
async def looking_up_names() -> None:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(1):
        await loop.getaddrinfo("localhost", 80)
        await loop.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST)
    await asyncio.sleep(0.25)


@WORKERS.taking(0.5)
async def anyio_in_a_thread() -> None:
    def sleep_and_ask() -> int:
        time.sleep(0.25)
        anyio.from_thread.run(anyio.sleep, 0.25)
        return 7

    assert await anyio.to_thread.run_sync(sleep_and_ask) == 7


@WORKERS.taking(0.0)
async def a_thread_of_one_s_own() -> None:
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def work() -> None:
        loop.call_soon_threadsafe(done.set_result, _compute())

    threading.Thread(target=work).start()
    await asyncio.wait_for(done, 0.001)
