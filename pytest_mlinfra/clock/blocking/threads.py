"""Waiting for other threads: joins, events, conditions, queues and the results of jobs."""

from __future__ import annotations

import functools
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from types import FrameType
from typing import Any

from pytest_mlinfra.clock.blame import caller, step_of
from pytest_mlinfra.clock.blocking.calls import Call
from pytest_mlinfra.clock.blocking.patching import Watched
from pytest_mlinfra.clock.blocking.watch import watch_of_this_thread
from pytest_mlinfra.clock.replacements import Replacements

# Real seconds for a thread that has said that it is done to come to its end.
PATIENCE = 0.25

_JOIN = "await asyncio.to_thread(function), which waits for the thread by awaiting"
_EVENT = "await an asyncio.Event, which a thread sets by loop.call_soon_threadsafe(event.set)"
_CONDITION = "await an asyncio.Condition, or the condition's wait in asyncio.to_thread(...)"
_QUEUE = "await the get or put of an asyncio.Queue, or of the queue in asyncio.to_thread(...)"
_RESULT = "await loop.run_in_executor(pool, function), or asyncio.wrap_future(job)"
_SHUTDOWN = "await every job before the executor is shut down"

_STARTING = threading.Thread.start.__code__


def thread_calls() -> Iterator[Watched]:
    """The calls that wait for something that another thread does."""
    yield _hopeless(threading.Thread, "join", _JOIN, _is_alive)
    yield _hopeless(threading.Event, "wait", _EVENT, _is_not_set)
    yield _hopeless(threading.Condition, "wait", _CONDITION, _takes_time)
    yield _hopeless(queue.Queue, "get", _QUEUE, _is_empty)
    yield _hopeless(queue.Queue, "put", _QUEUE, _is_full)
    for name in ("result", "exception"):
        yield _hopeless(Future, name, _RESULT, _is_not_done)
    for pool in (ThreadPoolExecutor, ProcessPoolExecutor):
        yield _hopeless(pool, "shutdown", _SHUTDOWN, _has_jobs)


def _hopeless(owner: type, name: str, advice: str, blocks: Any) -> Watched:
    # Executors are defined in modules of their own, and known by their package.
    module = owner.__module__.partition(".futures")
    name_of_module = "".join(module[:2])
    call = Call(f"{name_of_module}.{owner.__name__}.{name}", advice, is_hopeless=True)
    return Watched(owner, name, call, blocks)


def _takes_time(_waiter: object, timeout: float | None = None) -> bool:
    return timeout is None or timeout > 0


def _is_not_set(event: threading.Event, timeout: float | None = None) -> bool:
    if event.is_set() or not _takes_time(event, timeout):
        return False
    waiting = caller()
    # A thread that starts says so before long.
    return waiting is None or waiting.f_code is not _STARTING


def _is_alive(thread: threading.Thread, timeout: float | None = None) -> bool:
    if not _takes_time(thread, timeout):
        return False
    watch = watch_of_this_thread()
    if watch is not None and _is_of_this_step(watch.threads.get(thread)):
        return True
    if not thread.is_alive():
        return False
    _join(thread, PATIENCE if timeout is None else min(timeout, PATIENCE))
    return thread.is_alive()


# The original: looked up once, since the watched one takes its name.
_join = threading.Thread.join


def _is_empty(waiting: queue.Queue[Any], block: bool = True, timeout: float | None = None) -> bool:
    return block and _takes_time(waiting, timeout) and waiting.empty()


def _is_full(
    waiting: queue.Queue[Any], _item: object, block: bool = True, timeout: float | None = None
) -> bool:
    return block and _takes_time(waiting, timeout) and waiting.full()


def _is_not_done(job: Future[Any], timeout: float | None = None) -> bool:
    if not _takes_time(job, timeout):
        return False
    watch = watch_of_this_thread()
    if watch is not None and job in watch.jobs and _is_of_this_step(watch.jobs[job][1]):
        return True
    return not job.done()


def _is_of_this_step(step: FrameType | None) -> bool:
    """Whether nothing was awaited since `step`: what has ended since has ended by luck."""
    return step is not None and step is step_of(caller())


def _has_jobs(pool: Executor, wait: bool = True, **_options: Any) -> bool:
    watch = watch_of_this_thread()
    jobs = list(watch.jobs.items()) if watch is not None else []
    return wait and any(given_to is pool and not job.done() for job, (given_to, _) in jobs)


def note_what_starts(replacements: Replacements) -> None:
    """Keep in mind in which step of the loop each thread and each job was started."""
    replacements.replace(threading.Thread, "start", _noting_thread(threading.Thread.start))
    for pool in (ThreadPoolExecutor, ProcessPoolExecutor):
        replacements.replace(pool, "submit", _noting_job(pool.submit))


def _noting_thread(start: Callable[[threading.Thread], None]) -> Callable[..., None]:
    @functools.wraps(start)
    def noting(thread: threading.Thread) -> None:
        watch = watch_of_this_thread()
        if watch is not None:
            watch.threads[thread] = step_of(caller())
        start(thread)

    return noting


def _noting_job(submit: Callable[..., Future[Any]]) -> Callable[..., Future[Any]]:
    @functools.wraps(submit)
    def noting(pool: Executor, /, *args: Any, **options: Any) -> Future[Any]:
        watch = watch_of_this_thread()
        job = submit(pool, *args, **options)
        if watch is not None:
            watch.jobs[job] = (pool, step_of(caller()))
        return job

    return noting
