"""A pool of threads of its own, and jobs that are partial functions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
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
    if workload["jobs"] in (0, 1):
        return "sync"
    seconds = [workload["waiting_ms"] / 1000, workload["computing_ms"] / 1000]
    if round(workload["jobs"] * sum(seconds), 6) < 0.1:
        return "sync"
    waiting, computing = seconds
    if waiting < computing:
        return "process"
    strategies: dict[bool, Strategy] = {True: "async", False: "thread"}
    return strategies[workload["has_async_client"]]


async def run_probes(probes: list[Callable[[], str]]) -> list[str]:
    """Call functions that block, all at the same time."""
    loop = asyncio.get_running_loop()
    threads = ThreadPoolExecutor(max_workers=max(1, len(probes)))
    try:
        jobs = [loop.run_in_executor(threads, probe) for probe in probes]
        return [await job for job in jobs]
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


def compute(shards: tuple[bytes, ...], position: int) -> str:
    """The fingerprint of one of several shards: what a process is sent."""
    return fingerprint(shards[position])


async def hash_shards(shards: list[bytes], pool: Executor) -> list[str]:
    """Compute the `fingerprint` of every shard in ``pool``."""
    loop = asyncio.get_running_loop()
    job = partial(compute, tuple(shards))
    jobs = {position: loop.run_in_executor(pool, job, position) for position in range(len(shards))}
    if jobs:
        await asyncio.wait(jobs.values())
    return [jobs[position].result() for position in sorted(jobs)]
