"""How many threads and processes are at work on a loop's behalf.

The clock must stand still while a worker computes, and must move when every
worker that could compute is itself asleep on the clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar, TypeVarTuple

_Result = TypeVar("_Result")
_Arguments = TypeVarTuple("_Arguments")

_this_thread = threading.local()


@dataclass(eq=False)
class WorkerPool:
    """The jobs that one executor has been given and has not finished.

    Attributes:
        loop: the loop whose clock the workers follow.
        workers: how many jobs it can run at once.
        jobs: how many it holds, waiting ones included.
        sleepers: one event for each worker that sleeps on the virtual clock.
        is_released: whether sleeping has become pointless, since the loop is ending.
    """

    loop: asyncio.AbstractEventLoop
    workers: int
    jobs: int = 0
    sleepers: set[threading.Event] = field(default_factory=set)
    is_released: bool = False

    @property
    def is_busy(self) -> bool:
        """Whether some job runs and does not sleep; one queued behind sleepers cannot run."""
        return min(self.jobs, self.workers) > len(self.sleepers)

    def sleep(self, seconds: float) -> None:
        """Put the calling worker to sleep until the clock has moved by `seconds`."""
        if self.is_released:
            return
        woken = threading.Event()

        def fall_asleep() -> None:
            self.sleepers.add(woken)
            self.loop.call_later(seconds, wake_up)

        def wake_up() -> None:
            # In this order: the clock must not move on before the worker has run.
            self.sleepers.discard(woken)
            woken.set()

        # A loop that has been closed has no time left to sleep through.
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(fall_asleep)
            woken.wait()

    def release(self) -> None:
        """Wake every sleeper and let none fall asleep again: the loop is ending."""
        self.is_released = True
        for woken in self.sleepers:
            woken.set()


class WorkerPools:
    """Every executor that one loop has used."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._pools: dict[Executor, WorkerPool] = {}

    @property
    def are_busy(self) -> bool:
        """Whether any of them is busy."""
        return any(pool.is_busy for pool in self._pools.values())

    def submit(
        self, executor: Executor, function: Callable[[*_Arguments], _Result], *args: *_Arguments
    ) -> asyncio.Future[_Result]:
        """Run a job in `executor`, counted until the loop has received its result."""
        pool = self._pools.get(executor)
        if pool is None:
            workers = getattr(executor, "_max_workers", None) or os.cpu_count() or 1
            pool = self._pools[executor] = WorkerPool(self._loop, workers)
        if isinstance(executor, ThreadPoolExecutor):
            job = executor.submit(_as_worker_of, pool, lambda: function(*args))
        else:
            job = executor.submit(function, *args)
        pool.jobs += 1
        result = asyncio.wrap_future(job, loop=self._loop)
        # Added after asyncio's own callback, so the result is on its way to the
        # loop before the job stops holding the clock.
        job.add_done_callback(lambda _job: self._finish(pool))
        return result

    def release(self) -> None:
        """Wake every worker that sleeps on the clock, for good."""
        for pool in self._pools.values():
            pool.release()

    def _finish(self, pool: WorkerPool) -> None:
        def uncount() -> None:
            pool.jobs -= 1

        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(uncount)


def _as_worker_of(pool: WorkerPool, function: Callable[[], _Result]) -> _Result:
    _this_thread.pool = pool
    try:
        return function()
    finally:
        del _this_thread.pool


def current_pool() -> WorkerPool | None:
    """The pool that the calling thread works for, if it is a counted worker."""
    pool: WorkerPool | None = getattr(_this_thread, "pool", None)
    return pool
