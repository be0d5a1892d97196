"""The fake fleet: how quickly servers start and answer, and what they hold, beside peers."""

from __future__ import annotations

import asyncio
import gc
import resource
import ssl
import statistics
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import httpx

from benchmarks.servers import PEERS, Started, model_server
from pytest_mlinfra.clock import VirtualLoop
from pytest_mlinfra.fleet import Latency, Model, Models, ModelServer, Request
from pytest_mlinfra.fleet.router import Router

ROUNDS = 5
STARTS = 40  # per round
REQUESTS = 300  # per round
CONNECTIONS = 2_000
MANY = 200_000
_REQUEST = b"GET /health HTTP/1.1\r\nHost: fleet\r\n\r\n"
_OURS = "model server"
_Result = TypeVar("_Result")


def main() -> str:
    """The figures, as lines of text."""
    return "\n".join([*_starts(), "", *_throughput(), "", *_held(), *_in_a_row()])


# Starting and stopping.


def _starts() -> Iterator[str]:
    taken: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        taken.setdefault(_OURS, []).extend(asyncio.run(_start_and_stop(model_server, STARTS)))
        taken.setdefault("on the virtual loop", []).extend(
            _run_virtually(_start_and_stop(model_server, STARTS))
        )
        for name, started in PEERS.items():
            # One second each, at most.
            times = 1 if name == "pytest-httpserver" else 3
            taken.setdefault(name, []).extend(asyncio.run(_start_and_stop(started, times)))
    ours = statistics.median(taken[_OURS])
    yield "start + stop (bar: 0.5 ms, and 100 times less than pytest-httpserver)"
    for name, seconds in taken.items():
        median = statistics.median(seconds)
        yield f"  {name:32} {median * 1e3:8.3f} ms  {median / ours:8.1f} times ours"
    table = statistics.median(_make_table() for _ in range(STARTS))
    yield f"  {'the routes, at the first request':32} {table * 1e3:8.3f} ms"


def _make_table() -> float:
    router = Router(None, Models([Model("model")]))
    begun = time.perf_counter()
    router.resolve(Request("GET", "/nowhere"))
    return time.perf_counter() - begun


async def _start_and_stop(started: Started, times: int) -> list[float]:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        async with started():
            pass
        taken.append(time.perf_counter() - begun)
    return taken


# Requests per second, client and server in one process. CPU time is what counts: two
# noisy cores say little by their wall clock.


def _throughput() -> Iterator[str]:
    context = httpx.create_ssl_context(verify=False)
    rates: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, started in {_OURS: model_server, **PEERS}.items():
            rates.setdefault(name, []).append(asyncio.run(_ask(started, context)))
    ours = rates[_OURS]
    yield "requests by httpx per second of CPU time, client included (bar: at least uvicorn)"
    for name, rate in rates.items():
        ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, rate, strict=True))
        yield f"  {name:32} {statistics.median(rate):8.0f}     ours are {ratio:5.2f} times that"


async def _ask(started: Started, context: ssl.SSLContext) -> float:
    async with started() as url, httpx.AsyncClient(verify=context, trust_env=False) as client:
        await client.get(f"{url}/health")
        begun = time.process_time()
        for _ in range(REQUESTS):
            answer = await client.get(f"{url}/health")
        taken = time.process_time() - begun
        assert answer.status_code == httpx.codes.OK
        return REQUESTS / taken


# Many connections at once.


def _held() -> Iterator[str]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    begun = time.perf_counter()
    held, virtual, kilobytes = _run_virtually(_hold())
    yield (
        f"{held} connections held at once on one server, each with a request of 1 virtual s in "
        f"flight: {virtual:g} virtual s, {time.perf_counter() - begun:.1f} s, "
        f"{kilobytes / CONNECTIONS:.1f} KiB each (both ends)"
    )


async def _hold() -> tuple[int, float, float]:
    loop = asyncio.get_running_loop()
    async with ModelServer([Model("model")], [Latency(1)]) as server:
        before = _resident()
        port = int(server.url.rpartition(":")[2])
        ends = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS)]
        begun = loop.time()
        for _, writer in ends:
            writer.write(_REQUEST)
        await asyncio.gather(*(reader.readuntil(b"}") for reader, _ in ends))
        assert server.journal.peak_in_flight == CONNECTIONS
        held, kilobytes = server.open_connections, _resident() - before
        for _, writer in ends:
            writer.close()
        return held, loop.time() - begun, kilobytes


# Many requests in a row.


def _in_a_row() -> Iterator[str]:
    begun = time.perf_counter()
    first, last = asyncio.run(_repeat())
    rate = MANY / (time.perf_counter() - begun)
    yield (
        f"{MANY} requests in a row, {rate:.0f} per second: {first / 1024:.1f} MiB resident after "
        f"a tenth of them, {(last - first) / 1024:+.1f} MiB until the end"
    )


async def _repeat() -> tuple[float, float]:
    async with ModelServer([Model("model")]) as server:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", int(server.url.rpartition(":")[2])
        )
        resident = []
        for _ in range(10):
            for _ in range(MANY // 10):
                writer.write(_REQUEST)
                await reader.readuntil(b"}")
            resident.append(_resident())
        writer.close()
        assert server.journal.total == MANY
        return resident[0], resident[-1]


def _resident() -> float:
    """Resident memory in KiB."""
    gc.collect()
    with open("/proc/self/statm") as statm:  # noqa: PTH123 - read in one line
        pages = int(statm.read().split()[1])
    return pages * resource.getpagesize() / 1024


def _run_virtually(work: Coroutine[Any, Any, _Result]) -> _Result:
    make_loop: Callable[[], asyncio.AbstractEventLoop] = VirtualLoop
    with asyncio.Runner(loop_factory=make_loop) as runner:
        return runner.run(work)


if __name__ == "__main__":
    print(main())
