# draws: nothing-to-do
"""Makes a pool of as many threads as there are probes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Literal, TypedDict

Strategy = Literal["async", "thread", "process", "sync"]


class Workload(TypedDict):
    """Jobs that are all alike."""

    jobs: int  # how many there are
    waiting_ms: int  # how long one of them waits for somebody else, in milliseconds
    computing_ms: int  # how long one of them computes
    has_async_client: bool  # whether there is a library by which the waiting can be awaited


def fingerprint(shard: bytes) -> str:
    """Compute a fingerprint of some data (FNV-1a, 64 bits): given, and not to be changed.

    It is plain Python, and never waits. So it keeps one processor busy, and lets no other
    thread of its process run meanwhile.
    """
    value = 0xCBF29CE484222325
    for byte in shard:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def choose_strategy(workload: Workload) -> Strategy:
    jobs, waiting, computing = workload["jobs"], workload["waiting_ms"], workload["computing_ms"]
    if jobs <= 1 or jobs * (waiting + computing) < 100:
        return "sync"
    if computing > waiting:
        return "process"
    return "async" if workload["has_async_client"] else "thread"


async def run_probes(probes: list[Callable[[], str]]) -> list[str]:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(len(probes)) as threads:
        return await asyncio.gather(*(loop.run_in_executor(threads, probe) for probe in probes))


async def hash_shards(shards: list[bytes], pool: Executor) -> list[str]:
    loop = asyncio.get_running_loop()
    return await asyncio.gather(
        *(loop.run_in_executor(pool, fingerprint, shard) for shard in shards)
    )
