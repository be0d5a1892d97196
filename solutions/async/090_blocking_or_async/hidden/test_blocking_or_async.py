"""The rules once more, for other workloads, other probes and other pools."""

from __future__ import annotations

import asyncio
import itertools
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import blocking_or_async
import pytest
from blocking_or_async import choose_strategy, fingerprint, hash_shards, run_probes

from pytest_mlinfra.clock import VirtualClock


def expected_strategy(jobs: int, waiting: int, computing: int, has_client: bool) -> str:
    """The table of the statement."""
    if jobs < 2 or jobs * waiting + jobs * computing < 100:
        return "sync"
    if computing > waiting:
        return "process"
    return "async" if has_client else "thread"


def wrongly_answered(expected: str) -> list[Any]:
    """The workloads for which `expected` is right, and something else is said."""
    numbers = (0, 1, 2, 3, 10, 33, 49, 50, 51, 99, 100, 101, 1000)
    wrong = []
    for jobs, waiting, computing in itertools.product(numbers, repeat=3):
        for has_client in (True, False):
            workload: Any = {
                "jobs": jobs,
                "waiting_ms": waiting,
                "computing_ms": computing,
                "has_async_client": has_client,
            }
            if expected_strategy(jobs, waiting, computing, has_client) == expected:
                if choose_strategy(dict(workload)) != expected:  # type: ignore[arg-type]
                    wrong.append(workload)
    return wrong


@pytest.mark.message("too-small-to-matter")
def test_all_little_work_is_sync() -> None:
    """Whatever is a single job, or little in all, has to be "sync"."""
    assert wrongly_answered("sync") == []


@pytest.mark.message("computing-is-no-waiting")
def test_all_that_computes_is_for_processes() -> None:
    """Whatever computes for longer than it waits has to be "process"."""
    assert wrongly_answered("process") == []


@pytest.mark.message("waiting-can-be-awaited")
def test_all_that_can_be_awaited_is_async() -> None:
    """Whatever waits, and has a client, has to be "async"."""
    assert wrongly_answered("async") == []


@pytest.mark.message("nobody-can-await-it")
def test_all_other_waiting_is_for_threads() -> None:
    """Whatever waits, and has no client, has to be "thread"."""
    assert wrongly_answered("thread") == []


class Workers:
    """Makes functions that block, and writes down where and when they do."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, float, float]] = []
        self.strays: list[str] = []
        self.allowed = ""
        self._loop_thread = threading.get_ident()

    def block(self, name: str, seconds: float) -> None:
        """Block the calling thread, unless it is one that must not be blocked."""
        is_allowed = threading.current_thread().name.startswith(self.allowed)
        if threading.get_ident() == self._loop_thread or not is_allowed:
            self.strays.append(name)
            return
        begin = time.monotonic()
        time.sleep(seconds)
        self.spans.append((name, begin, time.monotonic()))

    def probe(self, name: str, seconds: float) -> Callable[[], str]:
        """A probe that blocks for so long, and gives its name."""

        def probe() -> str:
            self.block(name, seconds)
            if name == "bad":
                raise TimeoutError("no answer")
            return name

        return probe


@pytest.fixture
def workers() -> Workers:
    """What makes functions that block."""
    return Workers()


@pytest.fixture
def pool(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadPoolExecutor]:
    """A pool of three threads, and a fingerprint that only they may compute."""

    def slow_fingerprint(shard: bytes) -> str:
        workers.block(shard.hex(), len(shard) / 4)
        if shard == b"!":
            raise OSError("unreadable")
        return shard.hex()

    workers.allowed = "three"
    monkeypatch.setattr(blocking_or_async, "fingerprint", slow_fingerprint)
    with ThreadPoolExecutor(3, thread_name_prefix="three") as pool:
        yield pool


@pytest.mark.message("one-after-another")
@pytest.mark.parametrize("count", [1, 2, 4, 5])
async def test_probes_of_any_number_run_together(
    workers: Workers, virtual_clock: VirtualClock, count: int
) -> None:
    """Up to five probes have to begin at the same time, off the loop, and to be called once."""
    probes = [workers.probe(f"{number}", 2 - number / 4) for number in range(count)]

    results = await run_probes(probes)

    assert workers.strays == []
    assert sorted(name for name, _begin, _end in workers.spans) == [f"{n}" for n in range(count)]
    assert len({begin for _name, begin, _end in workers.spans}) == 1
    assert results == [f"{number}" for number in range(count)]
    assert type(results) is list
    assert virtual_clock.now == 2.0


@pytest.mark.message("loop-blocked")
@pytest.mark.parametrize("function", ["run_probes", "hash_shards"])
async def test_others_go_on(
    workers: Workers, pool: ThreadPoolExecutor, virtual_clock: VirtualClock, function: str
) -> None:
    """While work is being done elsewhere, coroutines have to go on, on time."""
    workers.allowed = ""
    beats: list[float] = []

    async def beat() -> None:
        for _ in range(10):
            await asyncio.sleep(0.2)
            beats.append(virtual_clock.now)

    heart = asyncio.create_task(beat())
    if function == "run_probes":
        await run_probes([workers.probe("slow", 2.1), workers.probe("slow too", 2.1)])
    else:
        await hash_shards([bytes(9), bytes(5)], pool)
    seen = list(beats)
    await heart

    assert seen == [0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0]


@pytest.mark.message("not-in-the-pool")
async def test_a_small_pool_is_kept_busy(
    workers: Workers, pool: ThreadPoolExecutor, virtual_clock: VirtualClock
) -> None:
    """A pool of three has to begin with the next shard as soon as one of its threads is free."""
    sizes = [4, 1, 1, 1, 1, 2, 3, 2]

    results = await hash_shards([bytes(size) for size in sizes], pool)

    assert workers.strays == []
    assert results == ["00" * size for size in sizes]
    assert virtual_clock.now == 1.5
    assert len(workers.spans) == 8


@pytest.mark.message("error-hidden")
@pytest.mark.parametrize("position", [0, 1, 2])
async def test_an_error_comes_out_from_anywhere(
    workers: Workers, pool: ThreadPoolExecutor, virtual_clock: VirtualClock, position: int
) -> None:
    """An error has to come out, wherever in the list it happens."""
    names = ["a", "b", "c"]
    names[position] = "bad"
    shards = [b"aa", b"bbb", b"c"]
    shards[position] = b"!"
    workers.allowed = ""

    with pytest.raises((TimeoutError, ExceptionGroup)):
        await run_probes([workers.probe(name, 0.5) for name in names])
    await virtual_clock.advance(5)
    with pytest.raises((OSError, ExceptionGroup)):
        await hash_shards(shards, pool)
    await virtual_clock.advance(5)


class Sent(Executor):
    """A pool that takes only what could be sent to another process, and does it at once."""

    def __init__(self) -> None:
        self.jobs = 0
        self.is_closed = False

    def submit(self, function: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        """Send a job there and back, and do it."""
        self.jobs += 1
        future: Future[Any] = Future()
        try:
            message = pickle.dumps((function, args, options))
        except Exception:
            name = getattr(function, "__name__", type(function).__name__)
            future.set_exception(pickle.PicklingError(f"{name} cannot be pickled"))
            return future
        sent, values, named = pickle.loads(message)
        future.set_result(sent(*values, **named))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take notice of being closed, by somebody who may not do that."""
        self.is_closed = True


@pytest.mark.message("cannot-be-sent")
async def test_every_shard_is_sent_as_a_job() -> None:
    """Each shard has to be a job that can be sent, and the pool has to stay open."""
    sent = Sent()
    shards = [bytes(range(number)) for number in range(20)]

    results = await hash_shards(shards, sent)

    assert results == [fingerprint(bytes(range(number))) for number in range(20)]
    assert sent.jobs == 20
    assert not sent.is_closed
    assert shards == [bytes(range(number)) for number in range(20)]


@pytest.mark.message("nothing-to-do")
async def test_nothing_is_nothing(pool: ThreadPoolExecutor) -> None:
    """Nothing has to give an empty list, twice."""
    for _ in range(2):
        assert await run_probes([]) == []
        assert await hash_shards([], pool) == []


@pytest.mark.message("not-one-call-each")
async def test_a_probe_may_stand_in_the_list_many_times(workers: Workers) -> None:
    """A probe that stands in the list three times has to be called three times."""
    probe = workers.probe("same", 0.25)

    assert await run_probes([probe] * 3) == ["same"] * 3
    assert len(workers.spans) == 3


@pytest.mark.message("list-changed")
async def test_the_lists_can_be_used_again(workers: Workers, pool: ThreadPoolExecutor) -> None:
    """The same lists have to serve twice, and the same pool."""
    workers.allowed = ""
    probes = [workers.probe("a", 0.5), workers.probe("b", 0.25)]
    shards = [b"a", b"longer", b"ab"]

    for _ in range(2):
        assert await run_probes(probes) == ["a", "b"]
        assert await hash_shards(shards, pool) == ["61", "6c6f6e676572", "6162"]
    assert shards == [b"a", b"longer", b"ab"]


@pytest.mark.message("cancellation-hidden")
@pytest.mark.parametrize("function", ["run_probes", "hash_shards"])
async def test_a_cancellation_comes_out(
    workers: Workers, pool: ThreadPoolExecutor, virtual_clock: VirtualClock, function: str
) -> None:
    """A cancellation has to come out, from the one and from the other."""
    workers.allowed = ""
    if function == "run_probes":
        task = asyncio.ensure_future(run_probes([workers.probe("a", 1), workers.probe("b", 2)]))
    else:
        task = asyncio.ensure_future(hash_shards([bytes(4), bytes(8), bytes(2), b"a"], pool))
    await virtual_clock.advance(0.75)
    task.cancel()
    await asyncio.wait([task])
    await virtual_clock.advance(10)

    ended_as_cancelled = task.cancelled()
    assert ended_as_cancelled, "it was cancelled, and did not end as cancelled"
