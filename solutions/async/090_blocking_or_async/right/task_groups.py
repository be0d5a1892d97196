"""Task groups, futures of the pool that are wrapped, and a match."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
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
    """Say how jobs are best run."""
    one_by_one = workload["jobs"] * (workload["waiting_ms"] + workload["computing_ms"])
    idle = workload["waiting_ms"] - workload["computing_ms"]
    match workload["jobs"] > 1 and one_by_one >= 100, idle >= 0, workload["has_async_client"]:
        case (False, _, _):
            return "sync"
        case (_, False, _):
            return "process"
        case (_, _, True):
            return "async"
    return "thread"


async def run_probes(probes: list[Callable[[], str]]) -> list[str]:
    """Call functions that block, all at the same time."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.to_thread(probe)) for probe in probes]
    return [task.result() for task in tasks]


async def hash_shards(shards: list[bytes], pool: Executor) -> list[str]:
    """Compute the `fingerprint` of every shard in ``pool``."""
    futures = [asyncio.wrap_future(pool.submit(fingerprint, shard)) for shard in shards]
    return [await future for future in futures]
