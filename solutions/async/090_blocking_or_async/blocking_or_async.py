"""Work that blocks: when to use async, and what to do where it does not help."""

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
    jobs, waiting, computing = (
        workload["jobs"],
        workload["waiting_ms"],
        workload["computing_ms"],
    )
    # Nothing to overlap, or nothing to win: threads, processes and loops cost something, too.
    if jobs <= 1 or jobs * (waiting + computing) < 100:
        return "sync"
    # Before the question for a client: computing is no waiting, and nobody can await it.
    if computing > waiting:
        return "process"
    return "async" if workload["has_async_client"] else "thread"


async def run_probes(probes: list[Callable[[], str]]) -> list[str]:
    """Call functions that block, all at the same time, and never on the loop's own thread.

    Returns:
        What they return, in the order of ``probes``.
    """
    # to_thread is given the function, and not what a call of it returns.
    return await asyncio.gather(*(asyncio.to_thread(probe) for probe in probes))


async def hash_shards(shards: list[bytes], pool: Executor) -> list[str]:
    """Compute the `fingerprint` of every shard in ``pool``, in the order of ``shards``."""
    loop = asyncio.get_running_loop()
    # The function and its argument, and no lambda: a process is sent what it is to call, and
    # a lambda cannot be sent. The pool is the caller's, so nobody closes it here.
    return await asyncio.gather(
        *(loop.run_in_executor(pool, fingerprint, shard) for shard in shards)
    )


if __name__ == "__main__":
    import time
    from concurrent.futures import ProcessPoolExecutor

    def probe() -> str:
        time.sleep(0.5)
        return "up"

    async def demonstrate(pool: Executor) -> None:
        started = time.perf_counter()
        print(await run_probes([probe] * 5), f"{time.perf_counter() - started:.1f} s")
        started = time.perf_counter()
        shards = [bytes([number]) * 2_000_000 for number in range(4)]
        print(await hash_shards(shards, pool), f"{time.perf_counter() - started:.1f} s")

    with ProcessPoolExecutor() as processes:
        asyncio.run(demonstrate(processes))
