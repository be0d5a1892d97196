"""Work that blocks: when to use async, and what to do where it does not help."""

from __future__ import annotations

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
    # TODO: the first line of the statement's table that fits.
    raise NotImplementedError


async def run_probes(probes: list[Callable[[], str]]) -> list[str]:
    """Call functions that block, all at the same time, and never on the loop's own thread.

    Returns:
        What they return, in the order of ``probes``.
    """
    # TODO: where may a function wait without stopping anybody?
    raise NotImplementedError


async def hash_shards(shards: list[bytes], pool: Executor) -> list[str]:
    """Compute the `fingerprint` of every shard in ``pool``, in the order of ``shards``."""
    # TODO: how does a coroutine wait for what a pool does?
    raise NotImplementedError


if __name__ == "__main__":
    import asyncio
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
