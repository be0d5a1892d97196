"""Times as the server saw them, with the client in a process of its own, under load.

Every case runs in a worker that takes turns with the driver, while every core is kept
busy by other processes. The times are the server's; anything but the exact figure, the
same in every repeat, is a wrong verdict.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import statistics
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from pytest_mlinfra.clock.lockstep import LeadingLoop
from pytest_mlinfra.fleet import Hang, Latency, ModelFleet, Status
from pytest_mlinfra.katas.model import Limits
from pytest_mlinfra.katas.subject import Source
from pytest_mlinfra.runs.jail import bubblewrap
from pytest_mlinfra.runs.split.answer import RemoteAnswer
from pytest_mlinfra.runs.split.launch import Zygote, ZygoteProcess

REPEATS = int(os.environ.get("REPEATS", "100"))
CLIENT = """
import asyncio
import httpx


def new_client(timeout=60.0):
    return httpx.AsyncClient(timeout=timeout, trust_env=False, verify=False)


async def together(urls):
    async with new_client() as client:
        await asyncio.gather(*(client.get(f"{url}/health") for url in urls))


async def one_by_one(urls):
    async with new_client() as client:
        for url in urls:
            await client.get(f"{url}/health")


async def retry(url):
    async with new_client() as client:
        for attempt in range(4):
            if attempt:
                await asyncio.sleep(2 ** (attempt - 1))
            if (await client.get(f"{url}/health")).status_code == 200:
                return


async def outcome(url, timeout):
    async with new_client(timeout) as client:
        try:
            return (await client.get(f"{url}/health")).status_code
        except httpx.ReadTimeout:
            return "timeout"
"""
Case = Callable[[Any, ModelFleet], Awaitable[object]]


async def _together(client: Any, fleet: ModelFleet) -> object:
    urls = [(await fleet.start(f"m{number}", Latency(0.5))).url for number in range(50)]
    await client.together(urls)
    return fleet.journal.peak_in_flight, max(each.ended or 0 for each in fleet.journal)


async def _one_by_one(client: Any, fleet: ModelFleet) -> object:
    urls = [(await fleet.start(f"m{number}", Latency(0.5))).url for number in range(50)]
    await client.one_by_one(urls)
    return fleet.journal.peak_in_flight, max(each.ended or 0 for each in fleet.journal)


async def _retries(client: Any, fleet: ModelFleet) -> object:
    server = await fleet.start("failing", Status(503))
    await client.retry(server.url)
    return [each.started for each in fleet.journal]


async def _read_timeout(client: Any, fleet: ModelFleet) -> object:
    server = await fleet.start("stuck", Hang())
    said = await client.outcome(server.url, 5.0)
    await asyncio.sleep(0.001)
    return said, [each.ended for each in fleet.journal]


async def _tie(client: Any, fleet: ModelFleet) -> object:
    server = await fleet.start("late", Latency(1.0))
    return await client.outcome(server.url, 1.0)


CASES: dict[str, tuple[Case, object]] = {
    "50 requests of 0.5 s together": (_together, (50, 0.5)),
    "50 requests of 0.5 s one by one": (_one_by_one, (1, 25.0)),
    "retries after 1, 2 and 4 s": (_retries, [0.0, 1.0, 3.0, 7.0]),
    "a read timeout of 5 s": (_read_timeout, ("timeout", [5.0])),
    "an answer and a timeout at once": (_tie, 200),
}


def main() -> str:
    """Of each case how often it was wrong, and its median of real time, as lines of text."""
    is_jailed = not bubblewrap.why_not()
    lines = [f"{REPEATS} repeats of each case, {'in the jail' if is_jailed else 'not jailed'}"]
    with _load(), ZygoteProcess(is_jailed=is_jailed) as process, _connected(process) as zygote:
        sources = {"client": Source(Path("client.py"), CLIENT)}
        answer = RemoteAnswer(zygote, sources, Limits(cpu=3600))
        for name, (case, expected) in CASES.items():
            seen: Counter[str] = Counter()
            taken = []
            for _ in range(REPEATS):
                started = time.perf_counter()
                seen[repr(_run(case, answer, zygote))] += 1
                taken.append(time.perf_counter() - started)
            wrong = REPEATS - seen[repr(expected)]
            lines.append(
                f"{name:34} {wrong:4} wrong, median {statistics.median(taken) * 1e3:6.1f} ms"
            )
            lines += [f"    {count} x {each}" for each, count in seen.items() if wrong]
        answer.close()
    return "\n".join(lines)


def _run(case: Case, answer: RemoteAnswer, zygote: Zygote) -> object:
    def new_loop() -> LeadingLoop:
        loop = LeadingLoop()
        answer.follow(loop)
        return loop

    async def test() -> object:
        async with ModelFleet(network=zygote) as fleet:
            return await case(answer.modules["client"], fleet)

    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(test())


def _connected(process: ZygoteProcess) -> Zygote:
    process.wait()
    return Zygote(process.address)


@contextlib.contextmanager
def _load() -> Iterator[None]:
    """Keep every core busy."""
    busy = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(os.cpu_count() or 1)]
    for process in busy:
        process.start()
    try:
        yield
    finally:
        for process in busy:
            process.terminate()
            process.join()


def _spin() -> None:
    while True:
        pass


if __name__ == "__main__":
    print(main())
