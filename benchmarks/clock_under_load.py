"""Exact time over real sockets, 1,000 times, while every core is busy.

Fifty endpoints that take half a second each: 0.5 virtual seconds when asked together,
25.0 when asked one after another. Anything else is a wrong verdict.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import ssl
import statistics
import time

import httpx

from pytest_mlinfra.clock import VirtualLoop
from pytest_mlinfra.fleet import Latency, ModelFleet

REPEATS = 1000
ENDPOINTS = 50
SECONDS = 0.5


def main() -> str:
    """The counts of right and wrong times, as lines of text."""
    cores = os.cpu_count() or 1
    load = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(cores)]
    for process in load:
        process.start()
    try:
        context = httpx.create_ssl_context(verify=False)
        together, sequential, taken = [], [], []
        for _ in range(REPEATS):
            started = time.perf_counter()
            together.append(_measure(context, one_by_one=False))
            taken.append(time.perf_counter() - started)
            sequential.append(_measure(context, one_by_one=True))
    finally:
        for process in load:
            process.terminate()
            process.join()
    wrong = sum(seconds != SECONDS for seconds in together)
    late = sum(seconds != SECONDS * ENDPOINTS for seconds in sequential)
    return (
        f"{ENDPOINTS} requests together: {len(together)} runs, {wrong} of them not "
        f"exactly {SECONDS} s\n"
        f"{ENDPOINTS} requests in a row: {len(sequential)} runs, {late} of them not "
        f"exactly {SECONDS * ENDPOINTS} s\n"
        f"real time of a run together: median {statistics.median(taken) * 1e3:.0f} ms, "
        f"with {cores} busy processes on {cores} cores"
    )


def _spin() -> None:
    while True:
        pass


def _measure(context: ssl.SSLContext, *, one_by_one: bool) -> float:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(_ask_all(context, one_by_one=one_by_one))


async def _ask_all(context: ssl.SSLContext, *, one_by_one: bool) -> float:
    loop = asyncio.get_running_loop()
    async with ModelFleet() as fleet, httpx.AsyncClient(verify=context, timeout=60) as client:
        servers = [await fleet.start(f"m{n}", Latency(SECONDS)) for n in range(ENDPOINTS)]
        urls = [f"{server.url}/health" for server in servers]
        started = loop.time()
        if one_by_one:
            for url in urls:
                await client.get(url)
        else:
            await asyncio.gather(*(client.get(url) for url in urls))
        return loop.time() - started


if __name__ == "__main__":
    print(main())
