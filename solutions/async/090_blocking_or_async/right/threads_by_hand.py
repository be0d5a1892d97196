"""A thread for each probe, which tells the loop when it is done."""

from __future__ import annotations

import asyncio
import contextlib
import threading
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
    jobs, waiting, computing, has_client = (
        workload["jobs"],
        workload["waiting_ms"],
        workload["computing_ms"],
        workload["has_async_client"],
    )
    conditions: list[tuple[bool, Strategy]] = [
        (jobs < 2, "sync"),
        (jobs * waiting + jobs * computing < 100, "sync"),
        (computing > waiting, "process"),
        (bool(has_client), "async"),
        (True, "thread"),
    ]
    return next(strategy for holds, strategy in conditions if holds)


class Call:
    """One call of a probe, in a thread of its own."""

    def __init__(self, probe: Callable[[], str]) -> None:
        self.probe = probe
        self.loop = asyncio.get_running_loop()
        self.result: asyncio.Future[str] = self.loop.create_future()
        threading.Thread(target=self.run).start()

    def run(self) -> None:
        """Call the probe, on a thread that may block."""
        try:
            text = self.probe()
        except Exception as error:
            self.tell(self.result.set_exception, error)
        else:
            self.tell(self.result.set_result, text)

    def tell(self, done: Callable[..., None], outcome: object) -> None:
        """Have the loop take the outcome, if anybody still waits for it."""

        def take() -> None:
            if not self.result.done():
                done(outcome)

        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(take)


async def run_probes(probes: list[Callable[[], str]]) -> list[str]:
    """Call functions that block, all at the same time."""
    calls = [Call(probe) for probe in probes]
    return await asyncio.gather(*(call.result for call in calls))


async def hash_shards(shards: list[bytes], pool: Executor) -> list[str]:
    """Compute the `fingerprint` of every shard in ``pool``."""
    compute = asyncio.get_running_loop().run_in_executor
    return list(await asyncio.gather(*[compute(pool, fingerprint, each) for each in shards]))
