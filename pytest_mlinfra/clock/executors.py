"""Jobs that a loop has given to executors, counted until it has their results."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar, TypeVarTuple

from pytest_mlinfra.clock.activity import Activity, Observer
from pytest_mlinfra.clock.timekeeper import Timekeeper
from pytest_mlinfra.clock.workers import Worker, activity_of, working_for

_Result = TypeVar("_Result")
_Arguments = TypeVarTuple("_Arguments")


@dataclass(eq=False)
class Job:
    """One call in an executor.

    Attributes:
        name: what is called.
        result: the loop's future of its result.
        worker: the thread that runs it, once one does.
    """

    name: str
    result: asyncio.Future[Any] | None = None
    worker: Worker | None = None


@dataclass(eq=False)
class Pool:
    """The jobs of one executor.

    Attributes:
        executor: whose jobs.
        size: how many jobs it can run at once.
        jobs: those that have not finished, waiting ones included.
    """

    executor: Executor
    size: int
    jobs: set[Job] = field(default_factory=set)

    @property
    def is_at_work(self) -> bool:
        """Whether some job seems to run: one queued behind those that wait does not."""
        pauses = [job for job in self.jobs if job.worker is not None and job.worker.pause]
        return min(len(self.jobs), self.size) > len(pauses)

    def activities(self, observer: Observer) -> Iterator[tuple[Activity, Job]]:
        """What its jobs are doing, one by one."""
        if isinstance(self.executor, ThreadPoolExecutor):
            yield from self._of_threads(observer)
            return
        for job in self.jobs:
            yield self._of_processes(observer), job

    def _of_threads(self, observer: Observer) -> Iterator[tuple[Activity, Job]]:
        running = [job for job in self.jobs if job.worker is not None]
        for job in running:
            assert job.worker is not None
            yield activity_of(job.worker, observer), job
        # A job that queues behind those which run cannot begin; any other will.
        if min(len(self.jobs), self.size) > len(running):
            yield Activity.RUNNING, next(job for job in self.jobs if job.worker is None)

    def _of_processes(self, observer: Observer) -> Activity:
        # Whether a process of a pool waits for a job or within one cannot be told.
        processes = getattr(self.executor, "_processes", None) or ()
        activities = {observer.of_process(each) for each in tuple(processes)}
        if not activities or Activity.UNKNOWN in activities:
            return Activity.UNKNOWN
        return Activity.RUNNING if Activity.RUNNING in activities else Activity.ELSEWHERE


class Pools:
    """Every executor that one loop has used."""

    def __init__(self, loop: Timekeeper) -> None:
        self._loop = loop
        self._pools: dict[int, Pool] = {}

    @property
    def jobs(self) -> list[Job]:
        """Every job that has not finished."""
        return [job for pool in self._pools.values() for job in pool.jobs]

    @property
    def are_at_work(self) -> bool:
        """Whether some job seems to run."""
        return any(pool.is_at_work for pool in self._pools.values())

    def activities(self, observer: Observer) -> Iterator[tuple[Activity, Job]]:
        """What the jobs are doing, one by one."""
        for pool in self._pools.values():
            if pool.jobs:
                yield from pool.activities(observer)

    def submit(
        self, executor: Executor, function: Callable[[*_Arguments], _Result], *args: *_Arguments
    ) -> asyncio.Future[_Result]:
        """Run a job in `executor`, counted until the loop has received its result."""
        pool = self._pool_of(executor)
        job = Job(_name_of(function, *args))
        future: Future[_Result]
        if isinstance(executor, ThreadPoolExecutor):
            future = executor.submit(self._run, job, lambda: function(*args))
        else:
            future = executor.submit(function, *args)
        pool.jobs.add(job)
        result = asyncio.wrap_future(future, loop=self._loop)
        job.result = result
        # Added after asyncio's own callback, so the result is on its way to the
        # loop before the job stops holding the clock.
        future.add_done_callback(lambda _future: self._finish(pool, job))
        return result

    def release(self) -> None:
        """Wake every worker that waits on the clock, for good."""
        for job in self.jobs:
            if job.worker is not None:
                job.worker.release()

    def _pool_of(self, executor: Executor) -> Pool:
        pool = self._pools.get(id(executor))
        if pool is None:
            size = getattr(executor, "_max_workers", None) or os.cpu_count() or 1
            pool = self._pools[id(executor)] = Pool(executor, size)
        return pool

    def _run(self, job: Job, function: Callable[[], _Result]) -> _Result:
        with working_for(self._loop) as worker:
            job.worker = worker
            return function()

    def _finish(self, pool: Pool, job: Job) -> None:
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(pool.jobs.discard, job)


def _name_of(function: object, *args: object) -> str:
    """The name of what is called at last: `asyncio.to_thread` wraps it twice."""
    if isinstance(function, functools.partial):
        return _name_of(function.func, *function.args)
    is_wrapped = isinstance(getattr(function, "__self__", None), contextvars.Context)
    if is_wrapped and args:
        return _name_of(*args)
    return getattr(function, "__qualname__", type(function).__name__).rpartition("<locals>.")[2]
